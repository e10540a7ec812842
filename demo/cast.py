"""Who signs in: two forces, the provider of each, and one obvious account for every role."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, User
from accounts.roles import Role
from demo.book import Book, Serves, uuid_from
from demo.plan import dice
from referrals.time_limits import LONDON

PASSWORD = "quiet-river-walking"  # noqa: S105  (the demonstration's own, printed by demo_signins)
MARK = "officer@derbyshire.example"  # where this account exists, the demonstration has been loaded
MANAGER = "manager@derbyshire.example"
BEGAN = datetime(2022, 11, 1, 9, 0, tzinfo=LONDON)

# (email, name, roles, team, collar number); the first of each role is the one that demo_signins prints
DERBYSHIRE = (
    (MARK, "Nadia Thornsett", Role.REFERRER, "Ilkeston SNT", "2214"),
    ("officer2@derbyshire.example", "Owen Garside", Role.REFERRER, "Ilkeston SNT", "2391"),
    ("officer3@derbyshire.example", "Rohan Beckside", Role.REFERRER, "Buxton SNT", "3301"),
    ("officer4@derbyshire.example", "Tamsin Hopton", Role.REFERRER, "Buxton SNT", "3318"),
    ("officer5@derbyshire.example", "Marcus Longshaw", Role.REFERRER, "Chesterfield SNT", "4127"),
    ("officer6@derbyshire.example", "Priya Millward", Role.REFERRER, "Chesterfield SNT", "4150"),
    ("officer7@derbyshire.example", "Gareth Fallowes", Role.REFERRER, "Derby city centre SNT", "5062"),
    ("officer8@derbyshire.example", "Keira Spondon", Role.REFERRER, "Derby city centre SNT", "5077"),
    ("officer9@derbyshire.example", "Idris Cartledge", Role.REFERRER, "Swadlincote SNT", "6014"),
    ("officer10@derbyshire.example", "Harriet Newhall", Role.REFERRER, "Swadlincote SNT", "6033"),
    ("triager@derbyshire.example", "Carys Linacre", Role.TRIAGER, "Immediate Justice team", ""),
    ("triager2@derbyshire.example", "Dominic Ridgeway", Role.TRIAGER, "Immediate Justice team", ""),
    ("triager3@derbyshire.example", "Yasmin Chadburn", Role.TRIAGER, "Immediate Justice team", ""),
    ("facilitator@derbyshire.example", "Dev Ashdale", Role.FACILITATOR, "Immediate Justice team", ""),
    ("facilitator2@derbyshire.example", "Rosie Bramwell", Role.FACILITATOR, "Immediate Justice team", ""),
    ("facilitator3@derbyshire.example", "Kian Stanedge", Role.FACILITATOR, "Immediate Justice team", ""),
    (MANAGER, "Grace Osmaston", Role.MANAGER, "Neighbourhoods", ""),
    ("auditor@derbyshire.example", "Hugh Radbourne", Role.AUDITOR, "Information assurance", ""),
    ("administrator@derbyshire.example", "Iris Peverell", Role.ADMINISTRATOR, "Information services", ""),
)
REMEDI = (
    ("coordinator@remedi.example", "Ellen Lathkill", Role.COORDINATOR, "", ""),
    ("coordinator2@remedi.example", "Jamal Wensleydale", Role.COORDINATOR, "", ""),
    ("coordinator3@remedi.example", "Bronwen Flintham", Role.COORDINATOR, "", ""),
    ("coordinator4@remedi.example", "Stuart Wardlowe", Role.COORDINATOR, "", ""),
    ("practitioner@remedi.example", "Femi Kinderley", Role.PRACTITIONER, "", ""),
    ("practitioner2@remedi.example", "Orla Tansleyson", Role.PRACTITIONER, "", ""),
)
NORTHSHIRE = (
    ("officer@northshire.example", "Toby Edgemoor", Role.REFERRER, "Fellgate SNT", "118"),
    ("triager@northshire.example", "Esme Crosswick", Role.TRIAGER, "Diversion team", ""),
)
BRIDGEWAY = (("coordinator@bridgeway.example", "Lewis Hallowes", Role.COORDINATOR, "", ""),)

# Nobody works with these two: one has not signed in yet, one not for months.
IDLE = (
    ("officer11@derbyshire.example", "Zara Swarkestone", Role.REFERRER, "Chesterfield SNT", "4188"),
    ("officer12@derbyshire.example", "Curtis Elvastone", Role.REFERRER, "Buxton SNT", "3290"),
)

NAMES = {name for _, name, *_ in (*DERBYSHIRE, *REMEDI, *NORTHSHIRE, *BRIDGEWAY, *IDLE)}

DOES = {
    Role.REFERRER: "refers people, answers questions, follows what became of them",
    Role.TRIAGER: "asks, accepts with a plan or declines, closes cases",
    Role.FACILITATOR: "runs workshops: bookings, attendance, feedback",
    Role.COORDINATOR: "assesses, matches sites, logs community work",
    Role.PRACTITIONER: "carries restorative justice from offer to agreement",
    Role.MANAGER: "decides overrides, reads figures, issues the report",
    Role.AUDITOR: "reads the audit trail",
    Role.ADMINISTRATOR: "manages accounts",
}


@dataclass
class Side:
    """One force with its provider, and their people by role."""

    force: Organisation
    provider: Organisation
    people: dict = field(default_factory=dict)

    def of(self, role) -> list[User]:
        return self.people.get(role, [])


def assemble(book: Book, now: datetime) -> tuple[Side, Side]:
    """The organisations and accounts, as rows of the book: Derbyshire's side, and the second force's."""
    rng = dice("cast")
    password = make_password(PASSWORD)
    sides = []
    for force_name, provider_name, officers, workers in (
        ("Derbyshire Police", "Remedi", DERBYSHIRE, REMEDI),
        ("Northshire Police", "Bridgeway Trust", NORTHSHIRE, BRIDGEWAY),
    ):
        force = book.add(Organisation(name=force_name, kind=Organisation.Kind.FORCE))
        provider = book.add(Organisation(name=provider_name, kind=Organisation.Kind.PROVIDER))
        book.add(Serves(from_organisation=provider, to_organisation=force))
        side = Side(force, provider)
        for organisation, accounts in ((force, officers), (provider, workers)):
            for account in accounts:
                user = _user(account, organisation, rng, password)
                user.last_login = now - timedelta(minutes=rng.randint(400, 2000))
                if user.roles == [Role.COORDINATOR.value]:  # a number that is given to nobody
                    user.work_phone = f"01632 960{100 + len(side.of(Role.COORDINATOR))}"
                side.people.setdefault(account[2], []).append(book.add(user))
        sides.append(side)
    never, long_ago = (book.add(_user(account, sides[0].force, rng, password)) for account in IDLE)
    never.created_at, long_ago.last_login = now - timedelta(days=2), now - timedelta(days=131)
    return sides[0], sides[1]


def _user(account, organisation, rng: Random, password: str) -> User:
    email, name, role, team, collar = account
    return User(
        id=uuid_from(rng),
        email=email,
        full_name=name,
        organisation=organisation,
        roles=[role.value],
        team=team,
        collar_number=collar,
        password=password,
        created_at=BEGAN,
    )


def sign_ins() -> list[tuple[str, str, str, str]]:
    """One (role, email, name, what they do) for each role, and the second force's officer."""
    rows, seen = [], set()
    for email, name, role, _team, _collar in (*DERBYSHIRE, *REMEDI):
        if role not in seen:
            seen.add(role)
            rows.append((role.label, email, name, DOES[role]))
    email, name, role, *_ = NORTHSHIRE[0]
    return [*rows, (f"{role.label}, another force", email, name, "sees nothing of Derbyshire’s")]
