/** The values of those types of XML Schema that the models use (XML Schema part 2), as libxml2 judges them, which the tests compare with. */

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const DATE_TIME = /^(-?)(\d{4,})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|[+-](?:(\d{2}):(\d{2})))?$/;
const DURATION = /^-?P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;
const BASE64 = /^(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}= ?=|(?:[A-Za-z0-9+/] ?){3}=)?$/;

const collapsed = (text: string): string => text.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");
const replaced = (text: string): string => text.replace(/[\t\r\n]/g, " ");

type Kind = { readonly normal: (text: string) => string; readonly holds: (text: string) => boolean };

const KINDS: Readonly<Record<string, Kind>> = {
  string: { normal: (text) => text, holds: () => true },
  normalizedString: { normal: replaced, holds: () => true },
  token: { normal: collapsed, holds: () => true },
  anyURI: { normal: collapsed, holds: isUri },
  language: { normal: collapsed, holds: (text) => /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/.test(text) },
  boolean: { normal: collapsed, holds: (text) => ["true", "false", "1", "0"].includes(text) },
  decimal: { normal: collapsed, holds: (text) => NUMBER.test(text) },
  dateTime: { normal: collapsed, holds: isDateTime },
  duration: { normal: collapsed, holds: (text) => DURATION.test(text) },
  base64Binary: { normal: collapsed, holds: (text) => BASE64.test(text) },
};

class UnknownType extends Error {
  override readonly name = "UnknownType";
}

/** @throws UnknownType: a model names only these */
export function judged(type: string, text: string): { readonly value: string; readonly isRight: boolean } {
  const kind = KINDS[type];
  if (kind === undefined) throw new UnknownType(`${type} is no type of XML Schema that is known here`);
  const value = kind.normal(text);
  return { value, isRight: kind.holds(value) };
}

function isDateTime(text: string): boolean {
  const [, , years, ...rest] = DATE_TIME.exec(text) ?? [];
  if (years === undefined || /^0+$/.test(years) || (years.length > 4 && years.startsWith("0"))) return false;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0, zoneHour = 0, zoneMinute = 0] = rest.map((part) => Number(part ?? 0));
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(Number(years), month);
  const isTime = (hour < 24 && minute < 60 && second < 60) || (hour === 24 && minute === 0 && second === 0 && fraction === 0);
  return isDay && isTime && zoneMinute < 60 && zoneHour * 60 + zoneMinute <= 14 * 60;
}

/** Of years that a JavaScript date cannot count too: the calendar repeats every 400. */
const daysIn = (year: number, month: number): number => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

/** RFC 3986, once what it has no room for is escaped: a colon in the first segment ends a scheme, a `%` begins two digits, there is one fragment. */
function isUri(text: string): boolean {
  const first = text.split(/[/?#]/, 1).join("");
  const isNamed = !first.includes(":") || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(first);
  return isNamed && !/%(?![0-9A-Fa-f]{2})/.test(text) && !/#.*#/.test(text);
}
