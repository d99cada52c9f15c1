package dev.arda.nix.user;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.ClosureTransfer;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.store.StoreDirectory;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.ApplyListener.StepState;
import dev.arda.nix.user.HomeActivation.Activated;
import dev.arda.nix.user.HomeActivation.Activation;
import dev.arda.nix.user.HomeActivation.Move;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Brings one home to one generation. Used by one thread. */
final class HomeRun {

  private static final DateTimeFormatter RECORD =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);

  private final UserTools tools;
  private final ApplyRequest request;
  private final int user;
  private final ApplyResult.Builder result;
  private final ApplyListener listener;
  private final Home home;
  private final HomeActivation activations;
  private final Shell shell;
  private final ClosureTransfer transfer;
  private final HomeState state;
  private final Optional<Home.Seen> seen;
  private final List<String> lastLines = new ArrayList<>();
  private String generation = "";
  private boolean restoring;

  /** How much of what an activation printed an error repeats. */
  private static final int LAST_LINES = 5;

  /**
   * Finds out what there is.
   *
   * @param there store path of the generation if the machine has it already; else empty
   */
  HomeRun(
      UserTools tools,
      ApplyRequest request,
      Shell shell,
      Account account,
      int user,
      ApplyResult.Builder result,
      String there,
      ApplyListener listener) {
    this.tools = tools;
    this.request = request;
    this.user = user;
    this.result = result;
    this.listener = listener;
    this.shell = shell;
    this.transfer = new ClosureTransfer(tools.stores(), request.context(), shell, shell.name());
    this.home = new Home(shell, account);
    this.activations = new HomeActivation(home, shell, account);
    this.seen =
        there.isEmpty()
            ? Optional.empty()
            : Optional.of(home.look(looking(there, Home.Looking.CURRENT)));
    this.state = seen.map(Home.Seen::state).orElseGet(home::probe);
    result.user = state.user();
    result.home = state.home();
    result.before =
        state.current().map(one -> OptionalLong.of(one.number())).orElse(OptionalLong.empty());
  }

  /**
   * A generation that there is.
   *
   * @param number its number; 0: the newest that is older than the current one
   * @throws UserException {@code GENERATION_MISSING}
   */
  Generation generation(long number) {
    var current = state.current().map(Generation::number).orElse(Long.MAX_VALUE);
    return state.generations().stream()
        .filter(one -> number == 0 ? one.number() < current : one.number() == number)
        .reduce((older, newer) -> newer)
        .orElseThrow(() ->
            new UserException(
                Reason.GENERATION_MISSING,
                (number == 0
                        ? "There is no generation of %s before the current one."
                        : "%s has no generation " + number + "; arda user generations lists them.")
                    .formatted(state.home()),
                Details.NONE.with("home", state.home())));
  }

  /**
   * Finds out what a generation changes, and what is in its way; changes nothing.
   *
   * @param configuration what it was built of; empty: not known
   */
  void look(String storePath, Optional<HomeConfiguration> configuration) {
    generation = storePath;
    result.storePath = storePath;
    step(
        ApplyListener.Step.INSPECT,
        () -> {
          var before = state.current().map(Generation::storePath).orElse("");
          var files =
              seen.map(one -> one.inspection().get())
                  .orElseGet(() -> home.inspect(looking(storePath, before)));
          result.inspection =
              new Inspection(
                  files.changes(),
                  configuration
                      .map(one -> new ForcedFiles(tools.flakes(), one).without(files.collisions()))
                      .orElse(files.collisions()));
          result.packages = packages(before, storePath);
          state.generations().stream()
              .filter(one -> one.current() && one.storePath().equals(storePath))
              .findFirst()
              .ifPresent(one -> {
                result.generation = OptionalLong.of(one.number());
                result.reused = true;
              });
          return files;
        });
  }

  private Home.Looking looking(String storePath, String before) {
    return new Home.Looking(
        request.specialisation().isEmpty()
            ? storePath
            : storePath + "/specialisation/" + request.specialisation(),
        before,
        StoreDirectory.of(request.context()).logical(),
        request.makesBackups() ? request.backupExtension() : "");
  }

  /** Takes a generation to the machine, if it is another one that has not built it. */
  void copy(String storePath) {
    if (shell instanceof LocalShell || request.buildThere()) {
      return;
    }
    step(
        ApplyListener.Step.COPY,
        () -> {
          transfer.copy(
              StorePath.of(storePath).orElseThrow(),
              request.place().map(Place::substitute).orElse(false),
              request.limits().copy(),
              "Nothing was activated.",
              path -> listener.copying(user, path));
          return storePath;
        });
  }

  private Optional<dev.arda.nix.store.ClosureDiff> packages(String before, String after) {
    var old = StorePath.of(before);
    var young = StorePath.of(after);
    if (old.isEmpty() || young.isEmpty() || before.equals(after)) {
      return Optional.empty();
    }
    try {
      return Optional.of(transfer.compare(old.get(), young.get()));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      listener.note(user, "what changed in packages is not known: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether arda put secrets there before. */
  boolean hasSecrets() {
    return state.hasSecrets();
  }

  /**
   * Activates what was looked at.
   *
   * @param number number of the generation if there is one already; empty: a new one is made
   * @param secrets take the place of those that are there; empty: those stay
   */
  void activate(String number, Optional<List<HomeSecret>> secrets) {
    var moves = new CollisionChoice(request, state.user()).moves(result.inspection.collisions());
    var activated =
        step(
            ApplyListener.Step.ACTIVATE,
            () -> {
              var ended = staged(number, moves, secrets);
              result.ending = Optional.of(ended.ending());
              if (!ended.ending().succeeded()) {
                throw failed(ended.ending());
              }
              return ended;
            });
    var ending = activated.ending();
    result.activated = true;
    result.generation = ending.current();
    result.reused =
        !number.isEmpty()
            || (ending.before().equals(ending.current()) && ending.current().isPresent());
    result.backups =
        moves.stream()
            .filter(move -> move.policy() == Collision.Policy.BACK_UP)
            .map(move -> move.path() + "." + move.extension())
            .toList();
    verify(activated.left().map(Inspection::collisions).orElse(List.of()));
  }

  private void printed(String line) {
    listener.printed(user, line);
    if (!restoring) {
      lastLines.add(line);
      if (lastLines.size() > LAST_LINES) {
        lastLines.removeFirst();
      }
    }
  }

  private Activated.Ended staged(
      String number, List<Move> moves, Optional<List<HomeSecret>> secrets) {
    var staged = secrets.map(values -> home.stage(record(), values)).orElse("");
    boolean begun = false;
    try {
      var ended = activated(number, moves, staged);
      begun = true;
      return ended;
    } finally {
      if (!begun && !staged.isEmpty()) {
        discard(staged);
      }
    }
  }

  /** Not interruptible: secrets that nobody uses do not stay. */
  private void discard(String staged) {
    boolean interrupted = Thread.interrupted();
    try {
      home.discard(staged);
    } catch (NixException e) {
      listener.note(user, "secrets that are not used stay for a day in " + staged);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Activated.Ended activated(String number, List<Move> moves, String secrets) {
    var nixEnv = tools.nixEnv(request.context(), shell);
    while (true) {
      var activation =
          new Activation(
              record(), generation, request.specialisation(), nixEnv, number, moves, secrets);
      switch (activations.activate(
          activation, looking(generation, generation), this::printed, this::restoring)) {
        case Activated.Ended ended -> {
          return ended;
        }
        case Activated.Busy(String record) -> {
          if (!record.isEmpty()) {
            listener.note(user, "waiting for another activation of " + state.home());
            activations.await(record);
          }
        }
      }
    }
  }

  private void restoring() {
    restoring = true;
    listener.restoring(user);
  }

  private String record() {
    return RECORD.format(tools.clock().instant())
        + "x"
        + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
  }

  private UserException failed(Ending ending) {
    var what =
        switch (ending.stage()) {
          case TOOLS -> "%s may run no nix-env on this machine".formatted(state.user());
          case MOVE -> "a file in the way could not be moved";
          case SECRETS -> "its secrets could not be put into their places";
          case ACTIVATE -> "its activation ended with exit code " + ending.exitCode();
          case PROFILE -> "its profile could not be set";
          case VERIFY -> "its profile does not lead to it";
          case VANISHED -> "its activation was ended from outside, so its state is not known";
          case DONE -> "of a fault";
        };
    var after =
        ending.stage() == Ending.Stage.VANISHED || ending.stage() == Ending.Stage.TOOLS
            ? ""
            : ending.restored()
                ? ending.before().isPresent()
                    ? "; generation %d is active again".formatted(ending.before().getAsLong())
                    : "; everything was put back"
                : "; not everything could be put back";
    return new UserException(
        Reason.USER_ACTIVATION_FAILED,
        "The environment of %s was not activated: %s%s.%s"
            .formatted(
                state.user(),
                what,
                after,
                lastLines.stream()
                    .map(line -> "\n  " + TerminalText.strip(line))
                    .collect(Collectors.joining())),
        Details.NONE
            .with("user", state.user())
            .with("stage", ending.stage().name().toLowerCase(java.util.Locale.ROOT))
            .with("exit_code", Integer.toString(ending.exitCode()))
            .with("restored", Boolean.toString(ending.restored())));
  }

  /** Files that are not where they should be are told, and are no failure. */
  private void verify(List<Collision> left) {
    step(
        ApplyListener.Step.VERIFY,
        () -> {
          if (!left.isEmpty()) {
            listener.note(
                user,
                "not as the environment says: "
                    + left.stream()
                        .limit(5)
                        .map(Collision::path)
                        .collect(Collectors.joining(", ")));
          }
          return left;
        });
  }

  private <T> T step(ApplyListener.Step step, Supplier<T> work) {
    listener.step(user, step, StepState.RUNNING, "");
    try {
      var value = work.get();
      listener.step(user, step, StepState.SUCCEEDED, "");
      return value;
    } catch (NixException e) {
      listener.step(user, step, StepState.FAILED, e.getMessage());
      throw e;
    }
  }
}
