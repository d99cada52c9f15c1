package dev.arda.nix.user;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.core.build.BuildTotals;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.store.Stores;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.user.ApplyRequest.Mode;
import dev.arda.nix.user.ApplyRequest.Rollback;
import dev.arda.nix.user.Collision.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sandbox with the flake {@code homes.nix} and a home of its own. */
final class ApplyFixture implements AutoCloseable {

  final UserFixture users;
  final Homes homes;
  final People people;
  final Recorder listener = new Recorder();

  ApplyFixture(Path nix) {
    this(nix, "homes.nix");
  }

  /**
   * A sandbox with a flake.
   *
   * @param resource the flake; names of the test are filled in
   */
  ApplyFixture(Path nix, String resource) {
    this(new UserFixture(nix), resource);
  }

  /** The flake {@code homes.nix} in a sandbox that others can read, if there can be one. */
  static ApplyFixture readable(Path nix) {
    return new ApplyFixture(new UserFixture(NixSandbox.createReadable(nix)), "homes.nix");
  }

  private ApplyFixture(UserFixture users, String resource) {
    this.users = users;
    homes = homes(users);
    people = new People(tools(users));
    users.sandbox.write("flake/flake.nix", resource(resource));
  }

  /** Homes in a sandbox. */
  static Homes homes(UserFixture users) {
    return new Homes(tools(users));
  }

  static UserTools tools(UserFixture users) {
    return UserTools.of(
        users.flakes,
        users.builds,
        Stores.create(
            users.runner,
            NixFacts.using(users.runner),
            users.state.resolve("gcroots"),
            Clock.systemUTC()),
        users.runner,
        NixFacts.using(users.runner),
        System.getProperty("user.name"),
        Clock.systemUTC(),
        users.state.resolve("generated"),
        new Ssh(users.runner, users.state.resolveSibling("s")),
        new dev.arda.nix.shell.Shell(
            users.runner,
            NixFacts.using(users.runner),
            users.state.resolve("packages"),
            Clock.systemUTC()));
  }

  /** The text of a file, for this sandbox. */
  String resource(String name) {
    return resource(name, System.getProperty("user.name"), directory());
  }

  /** The text of a file, for this sandbox and the home of a user. */
  String resource(String name, String user, Path home) {
    try (var stream = ApplyFixture.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("no " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .replace("USER_NAME", user)
          .replace("HOME_DIRECTORY", home.toString())
          .replace("SANDBOX", users.sandbox.work().toString())
          .replace(
              "x86_64-linux",
              System.getProperty("os.arch", "").equals("aarch64")
                  ? "aarch64-linux"
                  : "x86_64-linux");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory() {
    return users.sandbox.work().resolveSibling("home");
  }

  /** A path in the home. */
  Path home(String path) {
    return directory().resolve(path);
  }

  Path profile() {
    return Path.of(state().profile());
  }

  HomeState state() {
    return homes.state(users.context(), "", "");
  }

  /** Makes the homes as empty as they were; the store, and what was learnt of the flake, stay. */
  ApplyFixture emptied() {
    listener.printed.clear();
    listener.notes.clear();
    for (var place :
        List.of(directory(), elsewhere(), users.sandbox.work().resolveSibling("state/profiles"))) {
      empty(place);
    }
    return this;
  }

  private static void empty(Path place) {
    Trees.delete(place);
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Home of the configuration {@code elsewhere}. */
  Path elsewhere() {
    return directory().resolveSibling("home-elsewhere");
  }

  /** A request to be changed. */
  final class Request {
    private final List<String> names;
    private Mode mode = Mode.SWITCH;
    private Policy policy = Policy.REFUSE;
    private Map<String, Policy> policies = Map.of();
    private String specialisation = "";
    private Optional<Rollback> rollback = Optional.empty();
    private Optional<Place> place = Optional.empty();
    private ApplyRequest.Engine engine = ApplyRequest.Engine.NATIVE;
    private boolean buildThere;
    private ApplyRequest.Secrets secrets = ApplyRequest.Secrets.USUAL;
    private StageLimits limits = StageLimits.USUAL;

    private Request(List<String> names) {
      this.names = names;
    }

    Request mode(Mode value) {
      mode = value;
      return this;
    }

    Request policy(Policy value) {
      policy = value;
      return this;
    }

    Request policies(Map<String, Policy> value) {
      policies = value;
      return this;
    }

    Request specialisation(String value) {
      specialisation = value;
      return this;
    }

    Request place(Place value) {
      place = Optional.of(value);
      return this;
    }

    Request engine(ApplyRequest.Engine value) {
      engine = value;
      return this;
    }

    Request keepSecrets() {
      secrets = new ApplyRequest.Secrets(false, Optional.empty());
      return this;
    }

    Request buildThere() {
      buildThere = true;
      return this;
    }

    Request limits(StageLimits value) {
      limits = value;
      return this;
    }

    Request rollback(long number) {
      rollback = Optional.of(new Rollback(number));
      return this;
    }

    private ApplyRequest build() {
      return new ApplyRequest(
          users.context(),
          "",
          names,
          mode,
          policy,
          policies,
          "old",
          specialisation,
          rollback,
          place,
          engine,
          secrets,
          false,
          buildThere,
          limits);
    }
  }

  Request request(String... names) {
    return new Request(List.of(names));
  }

  ApplyResult apply(String name) {
    return apply(request(name));
  }

  ApplyResult apply(Request request) {
    return applyAll(request).getFirst();
  }

  List<ApplyResult> applyAll(Request request) {
    return homes.apply(request.build(), listener);
  }

  @Override
  public void close() {
    users.close();
  }

  /** Keeps what is printed and noted. */
  static final class Recorder implements ApplyListener {
    final List<String> printed = new CopyOnWriteArrayList<>();
    final List<String> notes = new CopyOnWriteArrayList<>();

    @Override
    public void step(int user, Step step, StepState state, String failure) {}

    @Override
    public void printed(int user, String line) {
      printed.add(line);
    }

    @Override
    public void copying(int user, String path) {
      printed.add("(copying " + path + ")");
    }

    @Override
    public void building(int user, String line) {
      printed.add("(building) " + line);
    }

    @Override
    public void restoring(int user) {
      printed.add("(restoring)");
    }

    @Override
    public void note(int user, String text) {
      notes.add(text);
    }

    @Override
    public void target(int index, TargetState state, String drvPath, String failure) {}

    @Override
    public void progress(NixProgress progress) {}

    @Override
    public void build(BuildStep step) {}

    @Override
    public void transfer(Transfer transfer) {}

    @Override
    public void totals(BuildTotals totals) {}

    @Override
    public void line(String drvPath, String line) {}

    @Override
    public Duration grace() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void warning(String text) {}
  }
}
