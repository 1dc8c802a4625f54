"""The CRM integration template of 3CX, filled in for this desk.

After 3CX's "CRM template XML description": the scenario without id looks a number up, `CreateContactRecord` puts
somebody on file, `ReportCall` runs once after each call. Values in brackets are 3CX's to fill in.
"""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

VERSION = "1"
_UTC = '.ToString("yyyy-MM-ddTHH:mm:ssZ")'
JOURNAL = {
    "call_type": "[CallType]",
    "number": "[Number]",
    "name": "[Name]",
    "agent": "[Agent]",
    "duration": "[Duration]",
    "start": f"[[CallStartTimeUTC]{_UTC}]",
    "end": f"[[CallEndTimeUTC]{_UTC}]",
}
"""What is sent of a call, and where 3CX has it."""
NEW_CONTACT = {
    "first_name": "[CreateContactFirstName]",
    "last_name": "[CreateContactLastName]",
    "number": "[Number]",
}
_FACTS = {
    "FirstName": "first_name",
    "LastName": "last_name",
    "CompanyName": "company",
    "Email": "email",
    "PhoneBusiness": "phone_business",
    "PhoneMobile": "phone_mobile",
}


def template(url: str, token: str, *, create_contacts: bool = False, country: str = "GB") -> str:
    """Return the template as XML text; `url` is where the PBX reaches the listener."""
    crm = Element("Crm", Country=country, Name="callintake", Version=VERSION, SupportsEmojis="true")
    SubElement(crm, "Number", Prefix="Plus", MaxLength="")
    SubElement(crm, "Connection", MaxConcurrentRequests="2")
    _add_parameters(SubElement(crm, "Parameters"), url, token, create_contacts=create_contacts)
    SubElement(crm, "Authentication", Type="No")
    scenarios = SubElement(crm, "Scenarios")
    lookup = _scenario(scenarios, "", "lookup?number=[Number]", "Get")
    _add_contact(lookup, "contacts.")
    if create_contacts:
        skip = (
            "[CreateContactEnabled]!=True||"
            "[IIf([CreateOnCallDirection]==Inbound,[CallDirection]!=Inbound,"
            "[IIf([CreateOnCallDirection]==Outbound,[CallDirection]!=Outbound,False)])]"
        )
        created = _scenario(scenarios, "CreateContactRecord", "contact", "Post", skip, NEW_CONTACT)
        _add_contact(created, "contacts.")
    journal = _scenario(scenarios, "ReportCall", "journal", "Post", "[ReportCallEnabled]!=True", JOURNAL)
    SubElement(journal, "Variables")
    SubElement(journal, "Outputs", AllowEmpty="true")
    ElementTree.indent(crm)
    text = ElementTree.tostring(crm, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add_parameters(parent: Element, url: str, token: str, *, create_contacts: bool) -> None:
    def add(name: str, kind: str, title: str, default: str, group: str, **more: str) -> None:
        editor = {"List": "List"}.get(kind, "String")
        SubElement(
            parent,
            "Parameter",
            {"Name": name, "Type": kind, "Parent": group, "Editor": editor, "Title": title, "Default": default, **more},
        )

    add("Url", "String", "Address of the callintake listener:", url, "General Configuration")
    add("Token", "Password", "Its token (callintake listen --show-token):", token, "General Configuration")
    add("ReportCallEnabled", "Boolean", "Report calls to callintake", "True", "")
    if create_contacts:
        group = "CreateContactEnabled"
        add("CreateContactEnabled", "Boolean", "Put unknown callers on file", "False", "")
        directions = {"ListValues": "Inbound,Outbound,Inbound/Outbound"}
        add("CreateOnCallDirection", "List", "For calls:", "Inbound", group, **directions)
        add("CreateContactFirstName", "String", "First name:", "New", group)
        add("CreateContactLastName", "String", "Last name:", "caller [Number]", group)


def _scenario(
    parent: Element, name: str, what: str, method: str, skip: str = "", values: dict[str, str] | None = None
) -> Element:
    scenario = SubElement(parent, "Scenario", Id=name, Type="REST")
    attributes = {
        "SkipIf": skip,
        "Url": f"[Url]/api/v1/3cx/[Token]/{what}",
        "MessagePasses": "0",
        "RequestEncoding": "Json" if values else "UrlEncoded",
        "RequestType": method,
        "ResponseType": "Json",
    }
    if values:
        attributes["RequestContentType"] = "application/json"
    request = SubElement(scenario, "Request", attributes)
    if values:
        post = SubElement(request, "PostValues", Key="")
        for key, value in values.items():
            SubElement(post, "Value", Key=key, Passes="1", Type="String").text = value
    return scenario


def _add_contact(scenario: Element, path: str) -> None:
    """What is read from the answer, and what 3CX makes of it."""
    rules = SubElement(scenario, "Rules")
    SubElement(rules, "Rule", Type="Any").text = f"{path}id"
    variables = SubElement(scenario, "Variables")
    SubElement(variables, "Variable", Name="ContactID", Path=f"{path}id")
    for name, key in _FACTS.items():
        SubElement(variables, "Variable", Name=name, Path=f"{path}{key}")
    outputs = SubElement(scenario, "Outputs", AllowEmpty="false")
    for name in _FACTS:
        SubElement(outputs, "Output", Type=name, Value=f"[{name}]")
    SubElement(outputs, "Output", Type="EntityId", Value="[ContactID]")
    SubElement(outputs, "Output", Type="EntityType", Value="Contacts")
