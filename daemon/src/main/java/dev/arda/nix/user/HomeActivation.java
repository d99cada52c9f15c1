package dev.arda.nix.user;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.nix.user.Home.Looking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Activates generations in a home: begins, follows, and looks afterwards, all by one script where
 * nothing comes between. Used by one thread at a time.
 */
final class HomeActivation {

  /** Leaves a script that finds another activation going on. */
  private static final int BUSY = 75;

  private static final char MARK = '\u0001';

  /** How often a connection that breaks while an activation goes on is made again. */
  private static final int RECONNECTIONS = 5;

  private final Home home;
  private final Shell shell;
  private final Account account;

  /** Activations in a home. */
  HomeActivation(Home home, Shell shell, Account account) {
    this.home = home;
    this.shell = shell;
    this.account = account;
  }

  /**
   * What an activation does.
   *
   * @param record name of its record: digits and lower-case letters, unique
   * @param generation store path
   * @param specialisation empty: none
   * @param nixEnv the program
   * @param number generation to make current; empty: a new one, unless it is current already
   * @param moves what becomes of files in the way
   * @param secrets directory of secrets that were {@linkplain Home#stage staged}; empty: those in
   *     use stay
   */
  record Activation(
      String record,
      String generation,
      String specialisation,
      String nixEnv,
      String number,
      List<Move> moves,
      String secrets) {

    /** Copies the list. */
    Activation {
      moves = List.copyOf(moves);
    }
  }

  /** What becomes of a file in the way. */
  record Move(Collision.Policy policy, String extension, String path) {
    private String line() {
      return (policy == Collision.Policy.BACK_UP ? "backup" : "overwrite")
          + "\t"
          + (extension.isEmpty() ? "-" : extension)
          + "\t"
          + path
          + "\n";
    }
  }

  /** What became of the wish to activate. */
  sealed interface Activated {
    /**
     * It was activated, or put back.
     *
     * @param ending how it ended
     * @param left what is looked at once it has succeeded
     */
    record Ended(Ending ending, Optional<Inspection> left) implements Activated {}

    /**
     * Another activation goes on.
     *
     * @param record name of its record, which may be empty
     */
    record Busy(String record) implements Activated {}
  }

  /**
   * Activates. Once that has begun it goes on whatever becomes of this process, and is waited for
   * also by a thread that is interrupted, which stays so.
   *
   * @param looking what to look at once it has succeeded
   * @param lines hears what it prints
   * @param restoring is run when it has failed: what is printed from then on is of what was before
   */
  Activated activate(
      Activation activation, Looking looking, Consumer<String> lines, Runnable restoring) {
    var moves = new StringBuilder();
    activation.moves().forEach(move -> moves.append(move.line()));
    var arguments =
        new ArrayList<>(
            List.of(
                activation.record(),
                Scripts.text("driver"),
                moves.toString(),
                activation.generation(),
                activation.specialisation(),
                activation.nixEnv(),
                activation.number(),
                activation.secrets()));
    arguments.addAll(looking.arguments());
    var hearing = new Hearing(lines, restoring);
    var script =
        Scripts.of(
            account,
            "begin",
            Scripts.LONG,
            arguments,
            Scripts.text("follow") + "\n" + Scripts.text("inspect"));
    try {
      var result = shell.run(script, hearing);
      if (result.exitCode() == BUSY) {
        return new Activated.Busy(hearing.status().getOrDefault("busy", ""));
      }
      return wasEnded(result, hearing) && hearing.hasBegun()
          ? follow(activation.record(), looking.arguments(), hearing, RECONNECTIONS)
              .orElseGet(() -> ended(result, "begin", hearing))
          : ended(result, "begin", hearing);
    } catch (CommandException | SystemException e) {
      // It may have begun without anybody having heard so.
      return follow(
              activation.record(),
              looking.arguments(),
              hearing,
              hearing.hasBegun() ? RECONNECTIONS : 0)
          .orElseThrow(() -> e);
    }
  }

  /**
   * Waits until an activation has ended. Not interruptible: an interrupt is kept for the caller.
   */
  void await(String record) {
    var _ = follow(record, List.of(), new Hearing(_ -> {}, () -> {}), RECONNECTIONS);
  }

  /** Empty: there is no such record. */
  private Optional<Activated.Ended> follow(
      String record, List<String> looking, Hearing hearing, int reconnections) {
    var arguments = new ArrayList<>(List.of(record, "0"));
    arguments.addAll(looking);
    var script = Scripts.of(account, "follow", Scripts.LONG, arguments, Scripts.text("inspect"));
    boolean interrupted = false;
    int broken = 0;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        hearing.again();
        try {
          var result = shell.run(script, hearing);
          if (wasEnded(result, hearing) && broken < reconnections) {
            broken++;
            continue;
          }
          return result.exitCode() == Home.ABSENT && hearing.status().isEmpty()
              ? Optional.empty()
              : Optional.of(ended(result, "follow", hearing));
        } catch (CommandException e) {
          if (e.reason() != Reason.CANCELLED || !Thread.interrupted()) {
            throw e;
          }
          interrupted = true;
        } catch (SystemException e) {
          broken++;
          if (broken > reconnections) {
            throw e;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether what follows an activation was ended itself, which says nothing of that one. */
  private static boolean wasEnded(CommandResult result, Hearing hearing) {
    return hearing.status().isEmpty() && !result.succeeded() && result.exitCode() != Home.ABSENT;
  }

  private Activated.Ended ended(CommandResult result, String script, Hearing hearing) {
    // What was activated may be gone when it is looked at.
    if (result.exitCode() != Home.ABSENT) {
      home.check(result, script);
    }
    return hearing.ended();
  }

  /** Hears an activation, which may be told again from its beginning. */
  private static final class Hearing implements OutputListener {
    private final Consumer<String> lines;
    private final Runnable restoring;
    private final Map<String, String> status = new HashMap<>();
    private final StringBuilder inspected = new StringBuilder();
    private boolean begun;
    private boolean inspecting;
    private int told;
    private int line;
    private int blank;

    Hearing(Consumer<String> lines, Runnable restoring) {
      this.lines = lines;
      this.restoring = restoring;
    }

    synchronized void again() {
      status.clear();
      inspected.setLength(0);
      inspecting = false;
      line = 0;
      blank = 0;
    }

    synchronized Map<String, String> status() {
      return Map.copyOf(status);
    }

    synchronized boolean hasBegun() {
      return begun;
    }

    synchronized Activated.Ended ended() {
      return new Activated.Ended(
          Ending.of(status),
          inspecting ? Optional.of(Inspection.parse(inspected.toString())) : Optional.empty());
    }

    @Override
    public synchronized void standardOutput(String text) {
      if (inspecting) {
        inspected.append(text).append('\n');
      } else if (text.isEmpty()) {
        blank++; // a mark begins with a line's end
      } else if (text.charAt(0) == MARK) {
        int tab = text.indexOf('\t');
        if (tab > 0) {
          mark(text.substring(1, tab), text.substring(tab + 1));
        }
      } else {
        for (; blank > 0; blank--) {
          tell("");
        }
        tell(text);
      }
    }

    private void mark(String name, String value) {
      blank = Math.max(0, blank - 1);
      switch (name) {
        case "restoring" -> restoring.run();
        case "begun" -> begun = true;
        case "inspected" -> inspecting = true;
        default -> status.put(name, value);
      }
    }

    private void tell(String text) {
      if (line++ >= told) {
        told = line;
        lines.accept(text);
      }
    }
  }
}
