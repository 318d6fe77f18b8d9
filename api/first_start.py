"""The first start: nobody can sign in yet, so a user is made whose password is shown once."""

from api import passwords
from sharp_eyes.store.registry.registry_store import RegistryStore
from sharp_eyes.store.registry.users import User, UserExistsError

ADMIN = "admin"
EVERYTHING = frozenset({"admin"})


def first_user(registry: RegistryStore, at: int) -> str | None:
    """Make `admin` where there is no user; gives the password, the only time that it is to be seen.

    None where somebody can sign in already, or another process was first.
    """
    if registry.users():
        return None
    password = passwords.one_time()
    user = User(
        name=ADMIN,
        password_hash=passwords.hashed_one_time(password),
        scopes=EVERYTHING,
        divisions=("",),
        created_at=at,
    )
    try:
        registry.add_user(user)
    except UserExistsError:
        return None
    return password
