package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.remote.RemoteRealisation;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.testing.CommandTrace;
import dev.arda.nix.testing.Golden;
import dev.arda.nix.testing.Trees;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The commands of arda's own engine, in every mode and to every kind of target, compared with those
 * that are written down beside this test. They are really run.
 */
class NativeTraceTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  private static final String PASSWORD = "it's a \"secret\"";

  /** What {@code sudo} and {@code doas} do that ask for nothing. */
  private static final String FREE =
      """
      #!/bin/sh
      [ "$1" = -n ] || exit 1
      shift
      [ "$1" = true ] || chmod u+w ROOT/run ROOT/nix/var/nix/profiles
      exec "$@"
      """;

  private static final String REFUSING =
      """
      #!/bin/sh
      echo "not in the sudoers file" >&2
      exit 1
      """;

  private static final String ASKING =
      """
      #!/bin/sh
      [ "$1" != -n ] || { echo "sudo: a password is required" >&2; exit 1; }
      shift 3
      [ "$1" != -k ] || shift
      IFS= read -r given
      [ "$given" = "$(cat ROOT/password)" ] || { echo "Sorry, try again." >&2; exit 1; }
      [ "$1" = true ] || chmod u+w ROOT/run ROOT/nix/var/nix/profiles
      exec "$@"
      """;

  /** Deployments whose commands are written down. */
  private static final class Bench implements AutoCloseable {
    final DeployFixture fixture;
    final DeployTarget target;
    final DeployTarget local;
    final DeployTarget secured;
    final CommandTrace trace = new CommandTrace();
    private final Path sockets;
    private final Deployments deployments;

    Bench(DeployFixture fixture) throws IOException {
      this.fixture = fixture;
      target = fixture.target();
      local = fixture.target();
      secured = fixture.target("secured");
      sockets = Files.createTempDirectory("arda-c");
      deployments = fixture.traced(trace, sockets);
      for (var script : List.of("facts.sh", "lock.sh", "watch.sh", "agent.sh", "health.sh")) {
        trace.script(Deployments.class, script);
      }
      trace
          .script(RemoteRealisation.class, "build.sh")
          .name(target.root().toString(), "ROOT")
          .name(local.root().toString(), "ROOT")
          .name(secured.root().toString(), "ROOT")
          .pattern("(?<![\\w-])%s(?![\\w-])".formatted(target.name()), "TARGET")
          .pattern("(?<![0-9a-f])%d(?![0-9a-f])".formatted(fixture.sshd.port()), "PORT")
          .pattern("(?<![\\w.-])%1$s(?=@)|^%1$s$".formatted(user()), "USER");
    }

    static String user() {
      return System.getProperty("user.name", "");
    }

    DeployTarget.Wish wish(String host) {
      return target.wish(host).limits(StageLimits.USUAL);
    }

    void run(String title, DeployTarget.Wish wish, Ending ending) {
      trace.begin(title);
      var result = deployments.deploy(wish.request(), new Hearing()).hosts().getFirst();
      assertThat(result.ending())
          .as("%s: %s", title, result.failure().map(Throwable::getMessage).orElse(""))
          .isEqualTo(ending);
    }

    int port() {
      return fixture.sshd.port();
    }

    /** One must be somebody else to change the machine that has these programs. */
    void secure(String sudo, String doas) throws IOException {
      program("sudo", sudo);
      program("doas", doas);
      Files.writeString(secured.root().resolve("password"), PASSWORD + "\n");
      permit("r-xr-xr-x");
    }

    void free() throws IOException {
      permit("rwxr-xr-x");
    }

    private void permit(String permissions) throws IOException {
      for (var part : List.of("run", "nix/var/nix/profiles")) {
        Files.setPosixFilePermissions(
            secured.root().resolve(part), PosixFilePermissions.fromString(permissions));
      }
    }

    private void program(String name, String text) throws IOException {
      Files.setPosixFilePermissions(
          Files.writeString(
              secured.root().resolve("bin").resolve(name),
              text.replace("ROOT", secured.root().toString())),
          PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The caller on the machine that is the target. */
    CallContext here() {
      var context = local.context();
      var variables = new LinkedHashMap<>(context.environment());
      variables.put("HOME", local.root().resolve("home").toString());
      return new CallContext(context.cwd(), context.nixProgram(), context.options(), variables);
    }

    @Override
    public void close() {
      Trees.delete(sockets);
    }

    /** Tells the trace where a deployment is. */
    private final class Hearing extends Told {
      @Override
      public void stage(String host, Stage stage, StageState state, String detail) {
        super.stage(host, stage, state, detail);
        if (state == StageState.RUNNING && detail.isEmpty()) {
          trace.enter(stage.word());
        }
      }

      @Override
      public BuildListener build(List<String> hosts) {
        trace.enter("build");
        return super.build(hosts);
      }

      @Override
      public Optional<Secret> askPassword(String host, Stage stage, String question) {
        return Optional.of(new Secret(PASSWORD));
      }
    }
  }

  @Test
  void nativeEngine_inEveryModeAndToEveryTarget() throws IOException {
    try (var bench = new Bench(FIXTURES.any())) {
      bench.run("switch, a target that runs nothing yet", bench.wish("one"), Ending.DONE);
      bench.run("switch, nothing to do", bench.wish("one"), Ending.UNCHANGED);
      bench.run(
          "switch, with a health check, and what the target can fetch",
          bench.wish("two").checks("true").substituting(),
          Ending.DONE);
      bench.run("switch, a system that fails", bench.wish("bad"), Ending.ROLLED_BACK);
      bench.run("rollback, to the generation before", bench.wish("one").rollback(0), Ending.DONE);
      bench.run(
          "boot, a target with user and port",
          bench
              .wish("two")
              .mode(DeployMode.BOOT)
              .at("%s@%s:%d".formatted(Bench.user(), bench.target.name(), bench.port())),
          Ending.DONE);
      bench.run(
          "dry-activate, through another machine, a new key, with the agent",
          bench.wish("units").mode(DeployMode.DRY_ACTIVATE).through("builder"),
          Ending.DONE);
      bench.run("build", bench.wish("reboot").mode(DeployMode.BUILD), Ending.PLANNED);
      bench.run("a plan", bench.wish("checked").planOnly(), Ending.PLANNED);
      bench.run(
          "test, a specialisation, built on another machine",
          bench.wish("spare").mode(DeployMode.TEST).specialisation("night").builtAt("builder"),
          Ending.DONE);
      bench.run(
          "switch, this machine",
          bench.local.wish("one").at("localhost").as(bench.here()).checks("true"),
          Ending.DONE);
      secured(bench);
      Golden.compare(NativeTraceTest.class, "native.txt", bench.trace.text());
    }
  }

  private static void secured(Bench bench) throws IOException {
    var wish = bench.secured.wish("one").limits(StageLimits.USUAL);
    try {
      bench.secure(FREE, REFUSING);
      bench.run("dry-activate, sudo", wish.mode(DeployMode.DRY_ACTIVATE), Ending.DONE);
      bench.secure(REFUSING, FREE);
      bench.run("dry-activate, doas", wish, Ending.DONE);
      bench.secure(ASKING, REFUSING);
      bench.run(
          "switch, sudo with a password, and a health check",
          wish.mode(DeployMode.SWITCH).checks("true"),
          Ending.DONE);
    } finally {
      bench.free();
    }
  }
}
