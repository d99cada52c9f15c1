package dev.arda.nix.system.install;

import dev.arda.nix.remote.SshTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Builds the argument list of {@code nixos-anywhere} (the seed, section 3.1).
 *
 * @param program its path
 * @param request what is wished
 * @param target where
 * @param flake reference to the flake, resolved
 * @param built what was built before; empty: it builds
 */
record NixosAnywhere(
    Path program, InstallRequest request, SshTarget target, String flake, Optional<Built> built) {

  /**
   * What arda has built.
   *
   * @param disko store path of the script that formats the disks
   * @param system store path of the system
   */
  record Built(String disko, String system) {}

  /** Program and arguments. */
  List<String> arguments() {
    var words = new ArrayList<>(List.of(program.toString()));
    if (built.isPresent()) {
      words.addAll(List.of("--store-paths", built.get().disko(), built.get().system()));
    } else {
      words.addAll(List.of("--flake", flake + "#" + request.host().text()));
      words.addAll(List.of("--build-on", request.buildOn().name().toLowerCase(Locale.ROOT)));
    }
    words.addAll(
        List.of(
            "--target-host",
            target.user().map(user -> user + "@").orElse("")
                + (target.host().contains(":") ? "[" + target.host() + "]" : target.host())));
    target.port().ifPresent(port -> words.addAll(List.of("--ssh-port", Integer.toString(port))));
    words.addAll(
        List.of(
            "--phases",
            request.phases().stream().map(InstallPhase::word).collect(Collectors.joining(","))));
    request.extraFiles().ifPresent(path -> words.addAll(List.of("--extra-files", path.toString())));
    request
        .owners()
        .forEach(owner -> words.addAll(List.of("--chown", owner.path(), owner.owner())));
    request
        .diskKeys()
        .forEach(key ->
            words.addAll(
                List.of("--disk-encryption-keys", key.remotePath(), key.file().toString())));
    request.kexec().ifPresent(image -> words.addAll(List.of("--kexec", image)));
    request
        .hardware()
        .ifPresent(hardware ->
            words.addAll(
                List.of(
                    "--generate-hardware-config", hardware.backend(), hardware.file().toString())));
    if (request.copyHostKeys()) {
      words.add("--copy-host-keys");
    }
    if (!request.reach().substitute() && built.isPresent()) {
      words.add("--no-substitute-on-destination");
    }
    return List.copyOf(words);
  }
}
