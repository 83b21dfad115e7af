/**
 * By hand: what each principal gets at each address, whatever the code says. 200, 202, 409 and 422 are answers of the operation itself, so they are given only where
 * the principal may; 400, 401 and 404 let nobody in. `hamburg`, `suzhou`: sites; `atlantis`: none. Of the door the target is `site/connection`, or the connection alone.
 */
export const EXPECTED = `
operation                    target              none malformed unknown expired revoked in-url post lease verdict read command no-action all  other-site both no-connection no-type webhook basic hmac
postDocuments                hamburg/mes-hamburg 401  401       401     401     401     401    202  404   404     404  404     404       202  404        202  404           404     401     401   401
postDocuments                suzhou/mes-suzhou   401  401       401     401     401     401    404  404   404     404  404     404       404  202        202  404           404     401     401   401
postDocuments                suzhou/mes-hamburg  404  404       404     404     404     404    404  404   404     404  404     404       404  404        404  404           404     404     404   404
postDocuments                hamburg/erp         400  400       400     400     400     400    400  400   400     400  400     400       400  400        400  400           400     422     400   400
postDocuments                suzhou/erp          400  400       400     400     400     400    400  400   400     400  400     400       400  400        400  400           400     422     400   400
postDocuments                hamburg/sap         401  401       401     401     401     401    401  401   401     401  401     401       401  401        401  401           401     401     422   401
postDocuments                suzhou/b2mml        401  401       401     401     401     401    401  401   401     401  401     401       401  401        401  401           401     401     401   422
postDocuments                hamburg/nobody      404  404       404     404     404     404    404  404   404     404  404     404       404  404        404  404           404     404     404   404
postDocuments                atlantis/erp        404  404       404     404     404     404    404  404   404     404  404     404       404  404        404  404           404     404     404   404
postDocumentsNamingTheirSite mes-hamburg         401  401       401     401     401     401    202  404   404     404  404     404       202  404        202  404           404     401     401   401
postDocumentsNamingTheirSite mes-suzhou          401  401       401     401     401     401    404  404   404     404  404     404       404  202        202  404           404     401     401   401
postDocumentsNamingTheirSite erp                 400  400       400     400     400     400    400  400   400     400  400     400       400  400        400  400           400     422     400   400
postDocumentsNamingTheirSite sap                 401  401       401     401     401     401    401  401   401     401  401     401       401  401        401  401           401     401     422   401
postDocumentsNamingTheirSite b2mml               401  401       401     401     401     401    401  401   401     401  401     401       401  401        401  401           401     401     401   422
postDocumentsNamingTheirSite nobody              404  404       404     404     404     404    404  404   404     404  404     404       404  404        404  404           404     404     404   404
leaseDeliveries              hamburg             401  401       401     401     401     401    404  200   404     404  404     404       200  404        200  200           200     401     401   401
leaseDeliveries              suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
leaseDeliveries              atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
reportVerdicts               hamburg             401  401       401     401     401     401    404  404   200     404  404     404       200  404        200  200           200     401     401   401
reportVerdicts               suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
reportVerdicts               atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
sendHeartbeat                hamburg             401  401       401     401     401     401    404  404   200     404  404     404       200  404        200  200           200     401     401   401
sendHeartbeat                suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
sendHeartbeat                atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
readResults                  hamburg             401  401       401     401     401     401    200  404   404     404  404     404       200  404        200  404           200     401     401   401
readResults                  suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  404           200     401     401   401
readResults                  atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
readDocument                 hamburg             401  401       401     401     401     401    404  404   404     200  404     404       200  404        200  200           200     401     401   401
readDocument                 suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
readDocument                 atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
readOrder                    hamburg             401  401       401     401     401     401    404  404   404     200  404     404       200  404        200  200           200     401     401   401
readOrder                    suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
readOrder                    atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
listOpenDocuments            hamburg             401  401       401     401     401     401    404  404   404     200  404     404       200  404        200  200           200     401     401   401
listOpenDocuments            suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
listOpenDocuments            atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
readOrderBalance             hamburg             401  401       401     401     401     401    404  404   404     422  404     404       422  404        422  422           422     401     401   401
readOrderBalance             suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  422        422  422           422     401     401   401
readOrderBalance             atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
readLotGenealogy             hamburg             401  401       401     401     401     401    404  404   404     422  404     404       422  404        422  422           422     401     401   401
readLotGenealogy             suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  422        422  422           422     401     401   401
readLotGenealogy             atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
listMasterData               hamburg             401  401       401     401     401     401    404  404   404     200  404     404       200  404        200  200           200     401     401   401
listMasterData               suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  200        200  200           200     401     401   401
listMasterData               atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
commandDocument              hamburg             401  401       401     401     401     401    404  404   404     404  409     404       409  404        409  409           409     401     401   401
commandDocument              suzhou              401  401       401     401     401     401    404  404   404     404  404     404       404  409        409  409           409     401     401   401
commandDocument              atlantis            401  401       401     401     401     401    404  404   404     404  404     404       404  404        404  404           404     401     401   401
readApiDescription           -                   200  200       200     200     200     200    200  200   200     200  200     200       200  200        200  200           200     200     200   200
`;
