package dev.arda.nix.flake;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The questions that can be asked of flakes. Every method blocks; interrupting its thread gives the
 * question up, ends the processes started for it, and makes the method throw a {@link
 * dev.arda.nix.types.CommandException} with the reason {@code CANCELLED}.
 *
 * <p>Every method throws a {@link dev.arda.nix.types.NixException} when the question as a whole
 * fails.
 */
public interface Flakes extends AutoCloseable {

  /** Evaluates selectors. Failures of single selectors go to the listener. */
  void select(CallContext context, SelectionRequest request, SelectionListener listener);

  /**
   * The names of the attributes at several places of a flake, without evaluating what they name.
   *
   * @param parents the places; paths of names
   * @return for each place what is there, in the order of {@code parents}
   */
  AttributeNames names(
      CallContext context, String flake, List<Selector> parents, ProgressListener listener);

  /** Which flake a reference means, in which state, with which inputs. */
  FlakeMetadata metadata(CallContext context, String flake, ProgressListener listener);

  /**
   * Writes the outputs of a flake as {@code nix flake show --json} prints them.
   *
   * @param allSystems whether to list the outputs of every system
   * @param json receives UTF-8 text
   */
  void show(
      CallContext context,
      String flake,
      boolean allSystems,
      OutputStream json,
      ProgressListener listener);

  /**
   * Attribute names that can follow an unfinished selector. After {@code *} these are names that
   * any of the first few values has.
   *
   * @param prefix the selector up to the cursor
   * @param budget how long the answer may take; what is not known by then is left out, looked for
   *     in the background, and known when somebody asks again
   */
  Completions complete(CallContext context, String flake, String prefix, Duration budget);

  /**
   * What the value is that a selector finds, without evaluating what it is made of.
   *
   * @param selector selects one value or, with {@code *} and sets, many, of which the first few are
   *     looked at
   * @param budget as for {@link #complete}
   */
  Described describe(CallContext context, String flake, String selector, Duration budget);

  /** Ends what was kept running for later questions. */
  @Override
  default void close() {}

  /** The flakes that were asked since the start, most recent first. */
  List<FlakeStatus> status();

  /** What was done since the start. */
  FlakesFigures figures();

  /**
   * Forgets what was learnt of a flake, in memory and on disk: of its present state, and of every
   * state that it was asked in. Its evaluators end when they have answered.
   *
   * @return how many states were forgotten
   */
  int forget(CallContext context, String flake);

  /**
   * Forgets what was learnt of all flakes, in memory and on disk.
   *
   * @return how many states were forgotten that were asked since the start
   */
  int forgetAll();

  /**
   * Names that can follow.
   *
   * @param names in bytewise order
   * @param written how selectors go on with them
   * @param revision stands for the names and changes with every state of the flake; empty if
   *     nothing is known
   * @param incomplete whether there may be more
   * @param segmentOffset where in the selector the name begins that is completed: number of code
   *     points before it
   * @param freshness which state they are of; {@link Freshness#UNKNOWN} where there are none
   */
  record Completions(
      List<String> names,
      Writing written,
      String revision,
      boolean incomplete,
      int segmentOffset,
      Freshness freshness) {
    /** Copies the list. */
    public Completions {
      names = List.copyOf(names);
    }

    /** The candidates, in the order of their names. */
    public List<Candidate> candidates() {
      return names.stream().flatMap(name -> written.write(name).stream()).toList();
    }
  }

  /** Fills a name into an unfinished selector. */
  interface Writing {
    /** The candidate of a name; empty if it cannot be written there. */
    Optional<Candidate> write(String name);
  }

  /**
   * One name.
   *
   * @param name the attribute's name
   * @param selector the selector up to and including the name, quoted where needed
   * @param segment what of that begins at the segment's offset
   * @param kind what the attribute stands for
   */
  record Candidate(String name, String selector, String segment, AttributeKind kind) {}

  /**
   * What is known of a value.
   *
   * @param description what it is; empty if that is not known
   * @param failure why the present state has no such value
   * @param freshness of the description, or else of the failure; {@link Freshness#UNKNOWN} if
   *     nothing is known yet
   * @param state the state that was asked
   */
  record Described(
      Optional<Description> description,
      Optional<NixException> failure,
      Freshness freshness,
      Optional<FlakeState> state) {}
}
