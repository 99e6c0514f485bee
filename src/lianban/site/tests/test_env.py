import pytest

from lianban.site import env


def test_letters_go_to_the_console_in_the_demo_and_nowhere_without_an_address():
    assert env.email("", demo=True)["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert env.email("", demo=False)["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize(("scheme", "port", "tls", "ssl"), [("smtp", 587, True, False), ("smtps", 465, False, True), ("smtp+plain", 25, False, False)])  # fmt: skip
def test_the_address_of_a_mail_server_is_read(scheme, port, tls, ssl):
    found = env.email(f"{scheme}://user:p%40ss@mail.example.org?from=office@example.org", demo=False)

    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert (found["EMAIL_HOST_PASSWORD"], found["DEFAULT_FROM_EMAIL"]) == ("p@ss", "office@example.org")


@pytest.mark.parametrize("wrong", ["http://x?from=a@b", "smtp://?from=a@b", "smtp://mail.example.org"])
def test_a_wrong_address_stops_the_start_with_the_remedy(wrong):
    with pytest.raises(env.SettingMissing, match="LIANBAN_EMAIL_URL"):
        env.email(wrong, demo=False)
