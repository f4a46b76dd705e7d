"""What machines would fetch from a network may lie in layers over the image."""


def test_layers_lie_over_the_image(own_cloud, tmp_path):
    for name in ("lower", "upper"):
        (tmp_path / name / "opt/thing").mkdir(parents=True)
        (tmp_path / name / "opt/thing" / name).write_text(f"{name}\n")
        (tmp_path / name / "opt/thing/both").write_text(f"{name}\n")
    cloud = own_cloud("--layer", tmp_path / "lower", "--layer", tmp_path / "upper")
    droplet, = cloud.make("layered")
    seen = cloud.ssh(droplet, "cat /opt/thing/lower /opt/thing/upper /opt/thing/both; cat /etc/debian_version")
    assert seen.split()[:3] == ["lower", "upper", "upper"] and seen.split()[3].startswith("12.")
    # A machine's changes are its own.
    cloud.ssh(droplet, "echo changed > /opt/thing/both && rm /opt/thing/lower && sync")
    assert (tmp_path / "upper/opt/thing/both").read_text() == "upper\n"
    assert (tmp_path / "lower/opt/thing/lower").exists()
    cloud.act(droplet, "power_cycle")
    cloud.wait_ssh(droplet)
    assert cloud.ssh(droplet, "ls /opt/thing; cat /opt/thing/both").split() == ["both", "upper", "changed"]
