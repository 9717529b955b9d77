"""What deploy/ holds is right by its own tools, as far as they are here, and fits the product.

No container engine runs in the tests: the images are not built. What is checked is said by each
test's name; docs/operate.md says what is not.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import socketio
from ruamel.yaml import YAML

from bot import production
from bot.ops import metrics
from bot.paths import ROOT
from bot.secrets import read_files
from bot.settings import load_settings
from tests.conftest import Stack, free_port, need

DEPLOY = ROOT / "deploy"
SCHEMAS = Path(__file__).parent / "schemas"
MODULES = ("bot.rasa_server", "bot.action_server", "bot.web", "bot.store.migrate", "bot.ops.backup")


def yaml(text: str) -> list[Any]:
    return [each for each in YAML(typ="safe", pure=True).load_all(text) if each]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file with its anchors merged."""
    return dict(yaml((DEPLOY / "compose.yml").read_text())[0])


@pytest.fixture(scope="module")
def manifests() -> list[dict[str, Any]]:
    """The Kubernetes manifests as kubectl builds them; without it, as they lie in the folder."""
    if shutil.which("kubectl"):
        done = subprocess.run(
            ["kubectl", "kustomize", str(DEPLOY / "kubernetes")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return yaml(done.stdout)
    listed = yaml((DEPLOY / "kubernetes" / "kustomization.yml").read_text())[0]["resources"]
    return [m for n in listed for m in yaml((DEPLOY / "kubernetes" / n).read_text())]


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: service
        for name, service in compose["services"].items()
        if service["image"].startswith("second-opinion-guide:")
    }


def test_the_compose_file_fits_the_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text())
    jsonschema.validate({k: v for k, v in compose.items() if not k.startswith("x-")}, schema)


def test_docker_itself_reads_the_compose_file() -> None:
    commands = [["docker", "compose"], ["docker-compose"]]
    found = [
        c for c in commands
        if shutil.which(c[0])
        and subprocess.run([*c, "version"], capture_output=True, check=False).returncode == 0
    ]  # fmt: skip
    need(bool(found), "docker-compose")
    done = subprocess.run(
        [*found[0], "-f", str(DEPLOY / "compose.yml"), "config"],
        env={**os.environ, "DOMAIN": "guide.clinic.org"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_container_of_ours_can_write_nothing_and_may_do_nothing(
    compose: dict[str, Any],
) -> None:
    assert len(ours(compose)) == 5
    for name, service in ours(compose).items():
        assert service["read_only"] is True, name
        assert service["user"] == "10001:10001", name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "ports" not in service, name


def test_only_the_proxy_can_be_reached_and_the_data_cannot_reach_out(
    compose: dict[str, Any],
) -> None:
    with_ports = [name for name, service in compose["services"].items() if "ports" in service]
    assert with_ports == ["proxy"]
    assert compose["networks"]["data"]["internal"] and compose["networks"]["inside"]["internal"]
    for name in ("postgres", "redis"):
        assert compose["services"][name]["networks"] == ["data"]


def test_every_image_has_an_exact_version(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    for image in images:
        assert re.search(r":\d+\.\d+(\.\d+)?(-|$)", image), image


def test_no_secret_is_in_a_file_of_ours(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in (service.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|KEY|DB_URL|REDIS_URL", name):
                assert name.endswith("_FILE") and value.startswith("/run/secrets/"), name
    for path in DEPLOY.rglob("*"):
        if path.is_file() and "secrets" not in path.parts:
            assert not re.search(r"(?i)password\s*[:=]\s*['\"]?\w{6,}", path.read_text()), path


def test_every_setting_that_is_set_exists(
    compose: dict[str, Any], manifests: list[dict[str, Any]]
) -> None:
    known = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    names = {n for s in ours(compose).values() for n in s["environment"]}
    names |= {n for m in manifests if m["kind"] == "ConfigMap" for n in m["data"]}
    assert {re.sub(r"_FILE$", "", name) for name in names} <= known


def test_every_command_is_a_module_that_exists(
    compose: dict[str, Any], manifests: list[dict[str, Any]]
) -> None:
    commands = [service["command"] for service in ours(compose).values()]
    commands += [container["command"] for _, container in containers(manifests)]
    assert {command[2] for command in commands} == set(MODULES)
    for module in MODULES:
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


def test_every_secret_that_is_read_is_made(compose: dict[str, Any], tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "make-secrets", tmp_path / "make-secrets")
    for _ in range(2):  # what is there stays
        subprocess.run([tmp_path / "make-secrets"], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(compose["secrets"])
    assert made["postgres_password"] in made["db_url"]
    assert len(set(made.values())) == len(made)
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_the_secrets_that_are_made_pass_in_production(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(DEPLOY / "make-secrets", tmp_path / "make-secrets")
    subprocess.run([tmp_path / "make-secrets"], check=True, capture_output=True)
    (tmp_path / "var").mkdir(mode=0o700)
    monkeypatch.setenv("SECOND_OPINION_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "none"))
    environment = ours(compose)["rasa"]["environment"]
    env = {
        name: re.sub(r"\$\{DOMAIN[^}]*\}", "guide.clinic.org", value).replace(
            "/run/secrets", str(tmp_path / "secrets")
        )
        for name, value in environment.items()
    }
    read_files(env)
    settings = load_settings(env)
    assert list(production.problems(settings, env)) == []
    assert settings.production and settings.redis_url.startswith("redis://:")
    assert [p.name for p in (tmp_path / "var").iterdir()] == []  # it made none of its own


def containers(manifests: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Return every pod's description with each of its containers."""
    for manifest in manifests:
        spec = manifest.get("spec") or {}
        spec = (spec.get("jobTemplate") or {}).get("spec", spec)
        pod = (spec.get("template") or {}).get("spec")
        if pod:
            for container in pod["containers"]:
                yield pod, container


def test_every_manifest_fits_its_kinds_schema(manifests: list[dict[str, Any]]) -> None:
    known = json.loads((SCHEMAS / "kubernetes-1.32.json").read_text())
    assert len(manifests) >= 20
    for manifest in manifests:
        schema = {
            "$ref": f"#/definitions/{known['kinds'][manifest['kind']]}",
            "definitions": known["definitions"],
        }
        jsonschema.validate(manifest, schema)


def test_the_schemas_refuse_what_is_wrong(manifests: list[dict[str, Any]]) -> None:
    known = json.loads((SCHEMAS / "kubernetes-1.32.json").read_text())
    wrong = json.loads(json.dumps(next(m for m in manifests if m["kind"] == "Deployment")))
    wrong["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    schema = {
        "$ref": f"#/definitions/{known['kinds']['Deployment']}",
        "definitions": known["definitions"],
    }
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_every_pod_is_limited_and_may_do_nothing(manifests: list[dict[str, Any]]) -> None:
    for pod, container in containers(manifests):
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"]
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["automountServiceAccountToken"] is False
        assert set(container["resources"]) == {"requests", "limits"}


def test_every_server_has_probes_a_budget_and_a_way_to_grow(
    manifests: list[dict[str, Any]],
) -> None:
    named = {kind: {m["metadata"]["name"] for m in manifests if m["kind"] == kind} for kind in (
        "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"
    )}  # fmt: skip
    assert named["Deployment"] == {"rasa", "actions", "web"}
    assert named["Service"] == named["PodDisruptionBudget"] == named["Deployment"]
    assert "rasa" in named["HorizontalPodAutoscaler"]
    for manifest in manifests:
        if manifest["kind"] == "Deployment":
            (container,) = manifest["spec"]["template"]["spec"]["containers"]
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
            assert manifest["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_every_probe_asks_an_address_that_answers(
    manifests: list[dict[str, Any]], compose: dict[str, Any], stack: Stack
) -> None:
    places = {5005: stack.rasa, 8080: stack.web, 5055: f"http://127.0.0.1:{stack.actions_port}"}
    asked = set()
    for _, container in containers(manifests):
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            if kind in container:
                port = container["ports"][0]["containerPort"]
                asked.add((port, container[kind]["httpGet"]["path"]))
    for service in compose["services"].values():
        test = (service.get("healthcheck") or {}).get("test", [""])
        found = re.search(r"127\.0\.0\.1:(\d+)(/\S+)", test[-1])
        if found:
            asked.add((int(found[1]), found[2]))
    assert len(asked) >= 5
    for port, path in asked:
        assert requests.get(places[port] + path, timeout=20).status_code == 200, path
        probe = [shutil.which("python3") or "", str(DEPLOY / "probe.py"), places[port] + path]
        assert subprocess.run(probe, check=False).returncode == 0
    closed = f"http://127.0.0.1:{free_port()}/"
    assert subprocess.run([*probe[:2], closed], check=False).returncode == 1


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda p: p.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    need(bool(shutil.which("systemd-analyze")), "systemd")
    for each in (DEPLOY / "systemd").iterdir():
        # The program is not installed at its place here; the rest is verified as it is.
        text = each.read_text().replace("/opt/second-opinion/.venv/bin/python", "/bin/true")
        (tmp_path / each.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    about_ours = [x for x in done.stderr.splitlines() if "second-opinion" in x]
    assert done.returncode == 0 and not about_ours, done.stderr


def test_every_figure_of_an_alert_is_measured() -> None:
    text = (DEPLOY / "prometheus" / "alerts.yml").read_text()
    rules = [rule for group in yaml(text)[0]["groups"] for rule in group["rules"]]
    names = {n for rule in rules for n in re.findall(r"\bguide_\w+", rule["expr"])}
    names -= {n for rule in rules for n in re.findall(r'job=~"(\w+)', rule["expr"])}
    page = metrics.page().decode()
    assert len(names) >= 8
    for name in names:
        assert re.search(rf"^# HELP {re.sub(r'_bucket$', '', name)} ", page, re.MULTILINE), name


@pytest.fixture
def proxy(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """Caddy with our file, in front of the running product, with a certificate of its own."""
    caddy = os.environ.get("CADDY") or shutil.which("caddy")
    need(caddy is not None, "caddy")
    port = free_port()
    env = {
        **os.environ, "DOMAIN": f"localhost:{port}", "HTTP_PORT": str(free_port()),
        "RASA_HOST": "localhost", "RASA_PORT": str(stack.rasa_port),
        "WEB_ADDRESS": f"127.0.0.1:{stack.web_port}", "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path),
    }  # fmt: skip
    config = ["--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    checked = subprocess.run(
        [str(caddy), "validate", *config], env=env, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen([str(caddy), "run", *config], env=env, stderr=subprocess.PIPE) as running:
        try:
            yield wait_for(f"https://localhost:{port}")
        finally:
            running.terminate()


def wait_for(address: str) -> str:
    for _ in range(100):
        try:
            requests.get(f"{address}/health", verify=False, timeout=5)
            return address
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("the proxy did not start")


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
async def test_through_the_proxy_goes_what_patients_need_and_nothing_else(
    proxy: str, stack: Stack
) -> None:
    def get(path: str) -> requests.Response:
        return requests.get(f"{proxy}{path}", verify=False, timeout=20)

    health = get("/health")
    assert health.status_code == 200
    assert "max-age" in health.headers["Strict-Transport-Security"]
    assert re.fullmatch(r"[0-9a-f-]{36}", health.headers["X-Request-ID"])
    closed = ("/metrics", "/ops/metrics", "/ops/ready", "/webhooks/rest", "/webhooks/rest/webhook")
    for path in closed:
        assert get(path).status_code == 404, path
        assert requests.post(f"{proxy}{path}", json={}, verify=False, timeout=20).status_code == 404
    for path in ("/status", "/conversations/x/tracker", "/model/parse", "/domain"):
        assert get(f"{path}?token={stack.token}").status_code == 404, path
    big = requests.post(
        f"{proxy}/webhooks/twilio/webhook", data=b"x" * 2_000_000, verify=False, timeout=20
    )
    assert big.status_code == 413
    client = socketio.AsyncClient(ssl_verify=False, reconnection=False)
    await client.connect(proxy, transports=["websocket"], wait_timeout=20)
    assert await client.call("session_request", {"session_id": None}, timeout=20) == {"ok": True}
    await client.disconnect()
