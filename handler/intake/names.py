"""Words about names: what names nobody, short forms of first names, and names that are ordinary words too."""

IGNORED = frozenset(
    # roles, ranks, units and forms of address
    """
    handler handlers supervisor supervisors intake auditor auditors administrator admin decider liaison lead leads
    manager managers management line boss chief head heads deputy director directors general assistant senior junior
    officer officers constable sergeant inspector superintendent commander commissioner detective special agent
    investigator investigators analyst member members team teams unit units office officers staff colleague colleagues
    vetting standards professional conduct corruption anti counter intelligence safeguarding legal human resources
    security department directorate branch desk floor duty acting former private secretary permanent
    mr mrs ms miss mx dr sir dame lord lady prof professor
    dc ds di dci dsu dcs pc ps pi insp sgt supt det dg ddg dd ad psu acu ips hr it nca hq uk so tl iopc
    london warrington headquarters overseas recovery
    """.split()  # noqa: SIM905
    # ordinary words
    + """
    a an and any anyone anybody as at be but by can could did do does else every everyone everybody for from get
    had has have he her him his how if in into is it its keep know knows let me my myself near no nobody none not of
    off on only or our out over own please same see seen she should show that the their them then there these they
    this those to told too under up us was we were what when where which who whom whose why with would you your
    about against all also am are because been before being both does down each few his more most must never other
    others some such tell than through until very while works working man men woman women person people someone
    somebody name names named called friend friends wife husband partner brother sister mother father
    """.split()  # noqa: SIM905
)
"""Compared folded. They name nobody, wherever they stand."""

ORDINARY = frozenset(
    """
    art baker ball bank banks bell bill bird black brown cash cook day dawn dean faith field fish ford fox frank
    grace grant gray green grey guy hall hand harry hill hope hunt jack king lamb law long love mark marks may miles
    mills moss page pat penny pick pool power price rob rice rich rose sandy sharp short small stone strong sue summer
    terry tom victor ward west white will wise wood woods young
    """.split()  # noqa: SIM905
)
"""Names that are words too: they count as names only where they are written with a capital, or nothing is."""

_SHORT_FORMS = """
    abigail abi abby gail
    albert alan al bert
    alexander alexandra alex alec sandy sasha xander lexi
    andrew andrea andy drew
    anthony antony tony
    barbara barb babs
    benjamin ben benny
    catherine katherine kathryn cath kath kathy cathy kate katie kitty kat
    charles charlotte charlie chas chuck lottie
    christopher christine christina kristina chris kris tina kit
    daniel danielle dan danny dani
    david dave davy dai
    deborah debra deb debbie
    dorothy dot dottie
    edward edmund ed eddie ted teddy ned
    eleanor helen ellen nell nellie ellie lena
    elizabeth liz lizzie beth betty eliza elsie libby bess lisa
    francis frances fran frank frankie
    frederick fred freddie
    geoffrey jeffrey geoff jeff
    gerald geraldine gerry jerry
    gregory greg
    harold henry harry hal hank
    isabel isabella izzy bella
    jacqueline jackie jacqui
    james jim jimmy jamie jem
    jennifer jenny jen
    jessica jess jessie
    john jack johnny jon
    jonathan jon jonny
    joseph josephine joe joey jo josie
    joshua josh
    kenneth ken kenny
    lawrence laurence larry laurie
    leonard len lenny leo
    margaret maggie meg peggy marge madge rita
    matthew matt
    michael michelle mike mick mickey mich shelly
    mohammed muhammad mohamed mohammad mo
    nicholas nicola nick nicky nico
    oluwaseun oluwatobi olufemi olu
    pamela pam
    patrick patricia pat paddy trish tricia patsy
    peter pete
    philip phillip philippa phil pip
    rebecca becky becca bex
    richard rick dick ricky rich
    robert bob bobby rob robbie bert
    roger rodger rog
    ronald ron ronnie
    samuel samantha sam sammy
    sarah sara sally sadie
    stephen steven stephanie steve stevie steph
    susan suzanne susannah sue susie suzy
    terence theresa teresa terry tess
    theodore theo ted
    thomas tom tommy
    timothy tim
    victoria victor vicky vic tori
    william will bill billy liam wills
    zachary zach zak
"""
_FORMS: dict[str, set[str]] = {}
for _line in _SHORT_FORMS.split("\n"):
    for _name in _line.split():
        _FORMS.setdefault(_name, set()).update(_line.split())


def is_short_form(one: str, other: str) -> bool:
    """Whether two first names, folded, are forms of one: "bob" and "robert"."""
    return one in _FORMS and other in _FORMS[one]


def forms_of(name: str) -> frozenset[str]:
    """Every form of a first name, itself among them; none where it has no others."""
    return frozenset(_FORMS.get(name, ()))


def begins(one: str, other: str) -> bool:
    """Whether one is the beginning of the other, of three letters at least: "deb" and "deborah"."""
    return min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one))
