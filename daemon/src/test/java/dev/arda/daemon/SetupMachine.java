package dev.arda.daemon;

import static java.util.Objects.requireNonNull;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.CallContext;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.HostReach;
import dev.arda.v1.SetupHostRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * A flake with hosts and home configurations, and a machine for them: an sshd whose sessions have a
 * store, a profile, a {@code run} directory and a home of their own. The store lies elsewhere than
 * the caller's though both call it by one name, so that what is deployed and applied is copied.
 */
final class SetupMachine implements AutoCloseable {

  final NixSandbox sandbox;
  private final Path root;
  private final TestSshd sshd;

  SetupMachine(Path nix) {
    sandbox = NixSandbox.create(nix);
    root = sandbox.work().resolve("target");
    try {
      for (var part :
          List.of(
              "run",
              "etc",
              "nix/var/nix/profiles",
              "state",
              "store",
              "home",
              "person",
              "runtime",
              "log",
              "conf")) {
        Files.createDirectories(root.resolve(part));
      }
      Files.createFile(root.resolve("etc/NIXOS"));
      Files.writeString(
          root.resolve("conf/nix.conf"),
          "sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command flakes\n");
      flake();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var variables = new LinkedHashMap<String, String>();
    variables.put("PATH", nix.getParent() + ":/usr/sbin:/usr/bin:/sbin:/bin");
    variables.put("HOME", root.resolve("home").toString());
    variables.put("XDG_RUNTIME_DIR", root.resolve("runtime").toString());
    variables.put("NIX_STORE_DIR", sandbox.store().toString());
    variables.put("NIX_STATE_DIR", root.resolve("state").toString());
    variables.put("NIX_LOG_DIR", root.resolve("log").toString());
    variables.put("NIX_CONF_DIR", root.resolve("conf").toString());
    variables.put(
        "NIX_REMOTE",
        "local?real=%s&state=%s".formatted(root.resolve("store"), root.resolve("state")));
    sshd = TestSshd.start(sandbox.work().resolve("sshd"), variables);
  }

  private void flake() throws IOException {
    var system =
        System.getProperty("os.arch", "").equals("aarch64") ? "aarch64-linux" : "x86_64-linux";
    sandbox.write(
        "flake/hosts.nix",
        resource("/dev/arda/nix/system/deploy/hosts.nix").replace("SYSTEM", system));
    sandbox.write(
        "flake/homes.nix",
        resource("/dev/arda/nix/user/homes.nix")
            .replace("USER_NAME", System.getProperty("user.name", ""))
            .replace("HOME_DIRECTORY", root.resolve("person").toString())
            .replace("x86_64-linux", system));
    sandbox.write("flake/fleet.json", "{ \"version\": \"1\", \"failing\": [] }");
    sandbox.write(
        "flake/flake.nix",
        """
        {
          outputs = { self }:
            let
              hosts = (import ./hosts.nix).outputs { inherit self; };
              homes = (import ./homes.nix).outputs { inherit self; };
            in
            {
              inherit (hosts) nixosConfigurations;
              homeConfigurations = homes.homeConfigurations // {
                "carol@elsewhere" = homes.homeConfigurations.alice;
                "erin@one" = homes.homeConfigurations.legacy;
                "dave@one" = homes.homeConfigurations.legacy;
                "dave@OWN_NAME" = homes.homeConfigurations.alice;
              };
            };
        }
        """
            .replace("OWN_NAME", ownName()));
  }

  /** What the machine calls itself, which is no host of the flake. */
  static String ownName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }

  private static String resource(String name) throws IOException {
    try (var stream = requireNonNull(SetupMachine.class.getResourceAsStream(name))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  CallContext context() {
    return CallContext.newBuilder()
        .setCwd(sandbox.work().resolve("flake").toString())
        .setNixProgram(sandbox.nix().toString())
        .putAllEnv(sandbox.environment())
        .putEnv("ARDA_SSH_CONFIG", sshd.file("ssh_config").toString())
        .putEnv("ARDA_TARGET_ROOT", root.toString())
        .build();
  }

  /** A request to set it up as a host, with users. */
  SetupHostRequest.Builder request(String host, String... users) {
    return SetupHostRequest.newBuilder()
        .setDeploy(
            DeployRequest.newBuilder()
                .setContext(context())
                .addSelections(host)
                .setReach(HostReach.newBuilder().setTargetHost("target")))
        .setApply(ApplyUserRequest.newBuilder().addAllUsers(List.of(users)));
  }

  /** A file of the machine. */
  Path file(String path) {
    return root.resolve(path);
  }

  /** A file of the home. */
  Path home(String path) {
    return root.resolve("person").resolve(path);
  }

  /** What was done with systems, since the last call. */
  List<String> journal() throws IOException {
    var file = root.resolve("journal");
    if (!Files.exists(file)) {
      return List.of();
    }
    var lines = Files.readAllLines(file);
    Files.delete(file);
    return lines;
  }

  /** Whether something was done with a system, since the last call of {@link #journal}. */
  boolean wasDone(String line) {
    try {
      var file = root.resolve("journal");
      return Files.exists(file) && Files.readAllLines(file).contains(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often somebody came in. */
  long logins() {
    return sshd.logins();
  }

  @Override
  public void close() {
    sshd.close();
    sandbox.close();
  }
}
