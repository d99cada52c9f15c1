package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A {@code nixos-rebuild} or {@code darwin-rebuild} that notes what it is called with, and does to
 * the profile of a target what the real one does.
 */
final class RebuildBench {

  /** What each of them does; {@code $FAKE} is the directory of the bench. */
  private static final String ACT =
      """
      case $1 in
        --help) cat "$FAKE/help" 2>/dev/null || exit 1; exit 0 ;;
        --*) exit 2 ;;
      esac
      {
        printf '%s\\n' "${0##*/}"
        for word; do printf '  %s\\n' "$word"; done
        printf 'NIX_SSHOPTS=%s\\nin %s\\n' "${NIX_SSHOPTS-}" "$PWD"
      } >>"$FAKE/trace"
      case " $* " in *" --ask-sudo-password "*)
        IFS= read -r secret
        printf 'read: %s\\n' "$secret" >>"$FAKE/trace"
        echo "the password is $secret" ;;
      esac
      action=$1 how=all code=0 wanted=$FAKE_SYSTEM hold=
      [ ! -s "$FAKE/behaviour" ] || read -r how code hold <"$FAKE/behaviour"
      while [ $# -gt 0 ]; do
        [ "$1" != --specialisation ] || wanted=$FAKE_SYSTEM/specialisation/$2
        shift
      done
      profile=$TARGET_ROOT/nix/var/nix/profiles/system
      if [ "$how" = all ]; then
        case $action in
          build) ln -s "$FAKE_SYSTEM" result ;;
          switch | test) chmod u+w "$TARGET_ROOT/run" && ln -sfn "$wanted" "$TARGET_ROOT/run/current-system" ;;
        esac
      fi
      if [ "$how" != nothing ]; then
        case $action in
          switch | boot)
            chmod u+w "$TARGET_ROOT/nix/var/nix/profiles"
            ln -sfn "$FAKE_SYSTEM" "$profile-1-link"
            ln -sfn system-1-link "$profile" ;;
        esac
      fi
      echo "activating the configuration..." >&2
      if [ "$hold" ]; then
        [ "$hold" != deaf ] || trap "" TERM
        sleep 1000 &
        echo "$$ $!" >"$FAKE/holding.new"
        mv "$FAKE/holding.new" "$FAKE/holding"
        wait
        sleep 1000
      fi
      case $code in 0 | 4 | 100) echo "Done." ;; *) echo "error: it goes wrong." >&2 ;; esac
      exit "$code"
      """;

  private static final String PYTHON_HELP =
      """
      usage: nixos-rebuild [-h] [--flake [FLAKE]] [--target-host TARGET_HOST] [--build-host BUILD_HOST]
                           [--sudo] [--ask-sudo-password] [--no-reexec] [--store-path PATH]
                           [--specialisation NAME] [--use-substitutes]
      """;

  private static final String BASH_OPTIONS =
      "# --flake --target-host --build-host --use-remote-sudo --fast --specialisation --use-substitutes\n";

  /** Packages among which the program is, as the newest package set names it. */
  private static final String PACKAGES =
      """
      {
        outputs = { self }: {
          legacyPackages."SYSTEM".nixos-rebuild-ng = derivation {
            name = "nixos-rebuild-ng-1";
            system = "SYSTEM";
            builder = "/bin/sh";
            PATH = "/usr/bin:/bin";
            args = [ "-c" "mkdir -p $out/bin; cp ${./nixos-rebuild} $out/bin/nixos-rebuild; chmod 555 $out/bin/nixos-rebuild" ];
          };
        };
      }
      """;

  /** What keeps all but root from changing a target. */
  interface Guard extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private final DeployFixture fixture;
  private final DeployTarget target;
  private final Path directory;
  private final boolean isDarwin;
  private final String host;
  private boolean guarded;

  /**
   * A bench.
   *
   * @param form {@code python}, {@code bash} or {@code darwin}
   */
  RebuildBench(DeployFixture fixture, DeployTarget target, String form) throws IOException {
    this.fixture = fixture;
    this.target = target;
    this.isDarwin = form.equals("darwin");
    this.host = isDarwin ? "mac" : "one";
    this.directory =
        Files.createDirectories(
            fixture.sandbox.work().resolve("bench").resolve(form + "-" + target.name()));
    Files.writeString(directory.resolve("act"), ACT);
    if (form.equals("python")) {
      Files.writeString(directory.resolve("help"), PYTHON_HELP);
    }
    program(
        isDarwin ? "darwin-rebuild" : "nixos-rebuild",
        "#!/bin/sh\n" + (form.equals("python") ? "" : BASH_OPTIONS) + ". \"$FAKE/act\"\n");
    if (isDarwin) {
      program("uname", "#!/bin/sh\n[ \"$1\" = -m ] && echo x86_64 || echo Darwin\n");
    }
    reset("");
  }

  private void program(String name, String text) throws IOException {
    executable(Files.writeString(directory.resolve(name), text));
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The store path of the system of the host. */
  String system() {
    return system(host);
  }

  private String system(String name) {
    return target.wish(name).mode(DeployMode.BUILD).run().system();
  }

  /** A caller who has the program, which is to bring the target to the system of a host. */
  private CallContext context(String name) {
    var variables = new LinkedHashMap<>(target.context().environment());
    variables.put("PATH", directory + ":" + variables.get("PATH"));
    variables.put("FAKE", directory.toString());
    variables.put("FAKE_SYSTEM", name.equals("broken") ? "" : system(name));
    variables.put("TARGET_ROOT", target.root().toString());
    return new CallContext(
        target.context().cwd(),
        target.context().nixProgram(),
        target.context().options(),
        variables);
  }

  /** A wish that the program fulfils. */
  DeployTarget.Wish wish() {
    return wish(host);
  }

  DeployTarget.Wish wish(String name) {
    return target
        .wish(name)
        .as(context(name))
        .engine(isDarwin ? Engine.DARWIN_REBUILD : Engine.NIXOS_REBUILD);
  }

  /** A wish of a caller whose {@code PATH} has no such program, but whose packages have. */
  DeployTarget.Wish fetching() throws IOException {
    var packages = Files.createDirectories(packages());
    var machine = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
    Files.writeString(
        packages.resolve("flake.nix"), PACKAGES.replace("SYSTEM", machine + "-linux"));
    Files.copy(
        directory.resolve("nixos-rebuild"),
        packages.resolve("nixos-rebuild"),
        StandardCopyOption.REPLACE_EXISTING);
    var context = context(host);
    var variables = new LinkedHashMap<>(context.environment());
    variables.put("PATH", target.context().environment().getOrDefault("PATH", ""));
    variables.put("ARDA_NIXPKGS", "path:" + packages);
    return wish()
        .as(new CallContext(context.cwd(), context.nixProgram(), context.options(), variables));
  }

  /** The directory of the flake that has the program. */
  Path packages() {
    return directory.resolve("packages");
  }

  /** The target as a user and a port name it. */
  String login() {
    return "%s@%s:%d"
        .formatted(System.getProperty("user.name"), target.name(), fixture.sshd.port());
  }

  /**
   * The target runs and boots nothing, and the program forgets everything.
   *
   * @param behaviour {@code nothing} or {@code profile}, which is all that the program changes
   *     then, or {@code all}, and the exit code; then {@code hold}, if it is not to end by itself,
   *     or {@code deaf}, if it does not end when it is asked to; empty: everything goes well
   */
  void reset(String behaviour) throws IOException {
    permit("rwxr-xr-x");
    for (var link :
        List.of(
            "run/current-system",
            "nix/var/nix/profiles/system",
            "nix/var/nix/profiles/system-1-link")) {
      Files.deleteIfExists(target.root().resolve(link));
    }
    if (guarded) {
      permit("r-xr-xr-x");
    }
    Files.writeString(directory.resolve("behaviour"), behaviour.isEmpty() ? "" : behaviour + "\n");
    forget();
  }

  /** The processes of the program, once it does nothing any more. */
  List<ProcessHandle> holding() {
    var file = directory.resolve("holding");
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
    try {
      var processes =
          List.of(Files.readString(file).strip().split(" ")).stream()
              .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
              .toList();
      Files.delete(file);
      return processes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program forgets what it was called with. */
  void forget() throws IOException {
    Files.deleteIfExists(directory.resolve("trace"));
  }

  /** How a deployment ends whose program does everything and then ends with a code. */
  Ending ending(String code) throws IOException {
    reset("all " + code);
    return wish().run().ending();
  }

  /** What the program was called with, a word in each line. */
  List<String> calls() throws IOException {
    var trace = directory.resolve("trace");
    return Files.exists(trace)
        ? Files.readAllLines(trace).stream().map(String::strip).toList()
        : List.of();
  }

  /** Deploys, and tells what the program was called with. */
  String traced(UnaryOperator<DeployTarget.Wish> change, String title) throws IOException {
    reset("");
    var result = change.apply(wish()).run();
    assertThat(result.failure()).as(title).isEmpty();
    assertThat(result.ending().isGood()).as(title).isTrue();
    return trace(title);
  }

  /** What the program was called with, without what differs from run to run. */
  String trace(String title) throws IOException {
    var text = Files.readString(directory.resolve("trace"));
    var flake = target.context().cwd().toString();
    return "# %s\n%s\n"
        .formatted(
            title,
            text.replaceAll("/[^ \n]*/[0-9a-z]{32}-nixos-system-[a-z]+", "SYSTEM")
                .replace(flake + "#", "FLAKE#")
                .replace("in " + flake, "in the directory of the caller")
                .replaceAll("in /[^\n]*arda-build-[^\n]*", "in a directory of its own")
                .replace(fixture.sshd.file("ssh_config").toString(), "CONFIG")
                .replaceAll("ControlPath=/[^ \n]+", "ControlPath=SOCKET")
                .replace(":" + fixture.sshd.port(), ":PORT")
                .replace("-p " + fixture.sshd.port(), "-p PORT")
                .replace(System.getProperty("user.name") + "@", "USER@")
                .replaceAll("(?<![A-Za-z0-9])" + target.name() + "(?![A-Za-z0-9])", "TARGET"));
  }

  /** Nobody but root may change the target; one becomes that without a password. */
  Guard guarded() throws IOException {
    return guard("#!/bin/sh\n[ \"$1\" = -n ] || exit 1\nshift\nexec \"$@\"\n");
  }

  /** Nobody but root may change the target; one becomes that with a password. */
  Guard guardedByPassword(String password) throws IOException {
    Files.writeString(directory.resolve("password"), password + "\n");
    return guard(
        """
        #!/bin/sh
        [ "$1" != -n ] || { echo "sudo: a password is required" >&2; exit 1; }
        shift 3
        [ "$1" != -k ] || shift
        IFS= read -r given
        [ "$given" = "$(cat %s)" ] || { echo "Sorry, try again." >&2; exit 1; }
        exec "$@"
        """
            .formatted(directory.resolve("password")));
  }

  private Guard guard(String sudo) throws IOException {
    var program = target.root().resolve("bin/sudo");
    executable(Files.writeString(program, sudo));
    guarded = true;
    reset("");
    return () -> {
      guarded = false;
      Files.deleteIfExists(program);
      reset("");
    };
  }

  private void permit(String permissions) {
    try {
      for (var part : List.of("run", "nix/var/nix/profiles")) {
        Files.setPosixFilePermissions(
            target.root().resolve(part), PosixFilePermissions.fromString(permissions));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
