"""Validates many XML texts against one schema, in one process.

stdin: one JSON line, {"documents": ["<xml…", …]}. stdout: one JSON line, a list with null for each that is valid, else the first errors.
"""
import json
import os
import sys
import urllib.parse

from lxml import etree


class Absent(etree.Resolver):
    """A schema file that was not published with the others is empty: what it would add is optional extensions."""

    def resolve(self, url, _public_id, context):
        path = urllib.parse.unquote(url.removeprefix("file://"))
        if os.path.exists(path):
            return None
        return self.resolve_string('<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"/>', context)


def faults(schema, text):
    try:
        document = etree.fromstring(text.encode("utf-8"))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    if schema.validate(document):
        return None
    return [f"line {entry.line}: {entry.message}" for entry in schema.error_log][:5]


def main():
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Absent())
    schema = etree.XMLSchema(etree.parse(sys.argv[1], parser))
    documents = json.load(sys.stdin)["documents"]
    json.dump([faults(schema, text) for text in documents], sys.stdout)


main()
