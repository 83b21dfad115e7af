"""Makes the clean database that every run of Tryton starts from a copy of: the modules, then the plant of plant.json.

Arguments: configuration file, database name, a JSON file with modules and passwords (so that they stand in one place).
"""

import datetime
import json
import os
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from trytond import config

CONFIG_FILE, DATABASE, ASKED_FILE = sys.argv[1:4]
config.update_etc([CONFIG_FILE])

ASKED = json.loads(Path(ASKED_FILE).read_text("utf-8"))
PLANT = json.loads((Path(__file__).parent / "plant.json").read_text("utf-8"))



def install_modules():
    """trytond-admin itself, without its questions: it reads the administrator's password from a file, and there is none to type it."""
    from trytond.cli import admin

    with tempfile.NamedTemporaryFile("w", suffix=".pass") as password:
        password.write(ASKED["adminPassword"])
        password.flush()
        os.environ["TRYTONPASSFILE"] = password.name
        modules = ["-u", *ASKED["modules"], "--activate-dependencies"]
        sys.argv = ["trytond-admin", "-c", CONFIG_FILE, "-d", DATABASE, *modules, "--email", "admin@plant.example", "-p"]
        admin.main()


install_modules()

from proteus import Model, Wizard  # noqa: E402
from proteus import config as proteus_config  # noqa: E402

CONFIG = proteus_config.set_trytond(DATABASE, config_file=CONFIG_FILE)


def one(model, *clauses):
    (found,) = Model.get(model).find(list(clauses))
    return found


def done(wizard_name, *states):
    wizard = Wizard(wizard_name)
    for state in states:
        wizard.execute(state)


def close_configuration_wizards():
    Item = Model.get("ir.module.config_wizard.item")
    for item in Item.find([("state", "!=", "done")]):
        item.state = "done"
        item.save()


def make_company():
    Currency = Model.get("currency.currency")
    currency = Currency(name="人民币", code="CNY", numeric_code="156", symbol="¥", digits=2, rounding=Decimal("0.01"))
    currency.rates.new(rate=Decimal("1"), date=datetime.date(2020, 1, 1))
    currency.save()
    party = Model.get("party.party")(name=PLANT["company"], code="SZJG")
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = party
    wizard.form.currency = currency
    wizard.form.timezone = PLANT["timeZone"]
    wizard.execute("add")
    CONFIG._context = Model.get("res.user").get_preferences(True, {})
    return one("company.company")


def make_units():
    Uom = Model.get("product.uom")
    for unit in PLANT["units"]:
        if "name" in unit:
            record = Uom(name=unit["name"], symbol=unit["symbol"], category=one("product.uom", ("symbol", "=", unit["of"])).category, factor=1, rate=1)
        else:
            record = one("product.uom", ("symbol", "=", unit["symbol"]))
        record.digits = unit["digits"]
        record.rounding = unit["rounding"]
        record.save()


def make_people(company):
    for person in PLANT["people"]:
        party = Model.get("party.party")(name=person["name"])
        party.save()
        employee = Model.get("company.employee")(party=party, company=company)
        employee.save()
        user = Model.get("res.user")(name=person["name"], login=person["login"], email=f"{person['login']}@plant.example")
        user.password = ASKED["password"]
        user.companies.append(Model.get("company.company")(company.id))
        user.company = company
        user.employees.append(employee)
        user.employee = employee
        for group in person["groups"]:
            user.groups.append(one("res.group", ("name", "=", group)))
        user.save()


def unit(symbol):
    return one("product.uom", ("symbol", "=", symbol))


def make_products():
    Template = Model.get("product.template")
    products = {}
    for each in PLANT["products"]:
        template = Template(name=each["name"], type="goods", default_uom=unit(each["unit"]), list_price=Decimal("0"))
        template.producible = each.get("producible", False)
        if "lots" in each:
            template.lot_required = ["production"]
        (product,) = template.products
        product.suffix_code = each["code"]
        product.cost_price = Decimal(each["costPrice"])
        template.save()
        products[each["code"]] = template.products[0]
    return products


def make_stock(products):
    inventory = Model.get("stock.inventory")(location=one("stock.location", ("code", "=", "STO")))
    for each in PLANT["products"]:
        product = products[each["code"]]
        for number, quantity in each.get("lots", {}).items():
            lot = Model.get("stock.lot")(number=number, product=product)
            lot.save()
            inventory.lines.new(product=product, lot=lot, quantity=quantity)
        if "stock" in each:
            inventory.lines.new(product=product, quantity=each["stock"])
    inventory.click("confirm")


def make_work_centres():
    Category = Model.get("production.work.center.category")
    categories = {}
    for name in PLANT["workCentreCategories"]:
        categories[name] = Category(name=name)
        categories[name].save()
    centres = {}
    for each in PLANT["workCentres"]:
        centre = Model.get("production.work.center")(name=each["name"])
        if "category" in each:
            centre.parent = centres[each["parent"]]
            centre.category = categories[each["category"]]
            centre.cost_price = Decimal(each["costPrice"])
            centre.cost_method = each["costMethod"]
        centre.save()
        centres[each["name"]] = centre
    return categories


def make_bill_and_routing(products, categories):
    plan = PLANT["billOfMaterial"]
    bom = Model.get("production.bom")(name=plan["name"])
    for each in plan["inputs"]:
        line = bom.inputs.new(product=products[each["product"]])
        line.unit = unit(each["unit"])
        line.quantity = each["quantity"]
    line = bom.outputs.new(product=products[plan["output"]["product"]])
    line.unit = unit(plan["output"]["unit"])
    line.quantity = plan["output"]["quantity"]
    bom.save()
    routing = Model.get("production.routing")(name=PLANT["routing"]["name"])
    routing.boms.append(Model.get("production.bom")(bom.id))
    for each in PLANT["routing"]["operations"]:
        operation = Model.get("production.routing.operation")(name=each["name"], work_center_category=categories[each["category"]])
        operation.save()
        routing.steps.new(operation=operation)
    routing.save()
    product = products[plan["output"]["product"]]
    product.boms.append(Model.get("product.product-production.bom")(bom=bom, routing=routing))
    product.save()


def make_quarantine():
    """Outside the storage zone: nothing is picked from there."""
    location = Model.get("stock.location")(type="storage", **PLANT["quarantine"])
    location.parent = one("stock.location", ("code", "=", "WH"))
    location.save()


def make_controls(products):
    """They stop no order by themselves; an inspection must belong to one."""
    for each in PLANT["controls"]:
        control = Model.get("quality.control")(name=each["name"], product=products[each["product"]], frequency=1)
        for point in each["points"]:
            control.points.new(**point)
        control.save()


close_configuration_wizards()
COMPANY = make_company()
make_units()
make_people(COMPANY)
PRODUCTS = make_products()
make_stock(PRODUCTS)
CATEGORIES = make_work_centres()
make_bill_and_routing(PRODUCTS, CATEGORIES)
make_quarantine()
make_controls(PRODUCTS)
print(json.dumps({"made": DATABASE}))
