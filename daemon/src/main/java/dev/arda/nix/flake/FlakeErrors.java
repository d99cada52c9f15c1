package dev.arda.nix.flake;

import dev.arda.nix.core.GitSubmodules;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SourcePosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells failures of Nix apart by what it said. The wordings are those of Nix 2.8, 2.26 and 2.34;
 * what none of the rules knows keeps Nix's own words.
 */
final class FlakeErrors {

  /** A file of a source tree in the store: the part after the store path. */
  private static final Pattern IN_TREE =
      Pattern.compile("/[^\\s'\"«»]*/[0-9a-z]{32}-source/([^\\s'\"«»:]+)");

  private static final Pattern ABSENT =
      Pattern.compile(
          "getting status of ['\"‘](?<a>[^'\"’]+)['\"’]: No such file"
              + "|path ['\"](?<b>[^'\"]+)['\"] does not exist");

  private static final Pattern UNTRACKED =
      Pattern.compile("Path '(?<file>[^']+)' in the repository \"(?<repo>[^\"]+)\" is not tracked");

  private static final Pattern WITH_SUBMODULES = Pattern.compile("[?&]submodules=(1|true)");

  private static final Pattern UPDATING_INPUT =
      Pattern.compile("while updating the flake input '(?<input>[^']+)'");

  /** The line that a report of Nix begins with. */
  private static final Pattern REPORT = Pattern.compile("(?m)^error:");

  /** How Nix names an expression that is no file. */
  private static final Pattern OWN = Pattern.compile("[«(](stdin|string)[»)]");

  /** A reference that Nix looks up in the registry. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*(/.*)?");

  private FlakeErrors() {}

  /**
   * Why a reference could not be resolved and locked.
   *
   * @param detail what {@code nix flake metadata} said
   */
  static FlakeException locking(FlakeRef ref, NixErrorDetail detail) {
    NixErrorDetail local = localise(detail, ref.directory());
    Details details = Details.NONE.with("flake", ref.text()).with(local);
    String said = local.message();
    Optional<FlakeException> untracked = untracked(ref, ref.directory(), said, details);
    if (untracked.isPresent()) {
      return untracked.get();
    }
    if (said.contains("syntax error") || said.contains("lacks attribute 'outputs'")) {
      return new FlakeException(Reason.FLAKE_INVALID, ref + " is not a flake: " + said, details);
    }
    if (matches(said, "is unsupported|is invalid|is not a valid URL|unsupported (URL|flake)")) {
      return new FlakeException(
          Reason.FLAKE_REF_INVALID, "'" + ref + "' is no flake reference: " + said, details);
    }
    if (matches(
        said,
        "requires lock file changes|mutable lock|unlocked flake|is not allowed to be updated|cannot"
            + " update")) {
      return new FlakeException(
          Reason.FLAKE_INPUT_UNLOCKED,
          "an input of " + ref + " is not locked: " + said + "; run `nix flake lock`",
          details);
    }
    if (matches(
            said,
            "could not find a flake.nix file|is not part of a flake|/flake.nix' does not exist")
        || said.contains("/flake.nix': No such file")
        || said.contains("does not contain a '/flake.nix'")) {
      return new FlakeException(
          Reason.FLAKE_FILE_MISSING, "there is no flake.nix in " + ref, details);
    }
    boolean fetch =
        matches(
            said,
            "unable to download|[Cc]ould ?n.t resolve host|Could not resolve|cannot find flake");
    Optional<String> input = unlockedInput(ref, detail, fetch);
    if (input.isPresent()) {
      return new FlakeException(
          Reason.FLAKE_INPUT_UNLOCKED,
          "input"
              + (input.get().isEmpty() ? "" : " '" + input.get() + "'")
              + " of "
              + ref
              + " is not in flake.lock and cannot be fetched to lock it: "
              + said,
          details.with("input", input.get()));
    }
    if (fetch
        || matches(said, "Cannot find Git revision|getting Git object|resolving Git reference")) {
      return new FlakeException(
          Reason.FLAKE_FETCH_FAILED,
          "cannot fetch "
              + ref
              + (WORD.matcher(ref.text()).matches()
                  ? ", which is no directory with a flake.nix, from the flake registry: "
                  : ": ")
              + said,
          details);
    }
    if (ABSENT.matcher(said).find()
        || matches(
            said,
            "program 'git' failed|Git repository .* does not exist|does not appear to be a git")) {
      return new FlakeException(
          Reason.FLAKE_SOURCE_MISSING, "there is no flake at " + ref + ": " + said, details);
    }
    return new FlakeException(
        Reason.FLAKE_INVALID, "cannot read the flake " + ref + ": " + said, details);
  }

  /**
   * Why an evaluation failed.
   *
   * @param what what was evaluated, for the message
   * @param detail what Nix said
   */
  static FlakeException evaluation(LockedFlake flake, String what, NixErrorDetail detail) {
    NixErrorDetail local = localise(withoutOwnFrames(detail), flake.tree());
    FlakeRef ref = FlakeRef.of(flake.state().flakeRef());
    Details details = Details.NONE.with("flake", ref.text()).with("selector", what).with(local);
    String said = local.message();
    Optional<FlakeException> untracked = untracked(ref, flake.tree(), said, details);
    if (untracked.isPresent()) {
      return untracked.get();
    }
    Reason reason = Reason.EVALUATION_FAILED;
    if (matches(said, "infinite recursion|stack overflow|max-call-depth")) {
      reason = Reason.EVALUATION_RECURSION;
    } else if (matches(said, "unable to download|Could ?n.t resolve host|Could not resolve")) {
      reason = Reason.FLAKE_FETCH_FAILED;
    }
    return new FlakeException(reason, "cannot evaluate " + what + ": " + said, details);
  }

  /**
   * Without the frames of arda's own expression. Nix says no place for a {@code throw}; then it is
   * that of the innermost frame that has one.
   */
  private static NixErrorDetail withoutOwnFrames(NixErrorDetail detail) {
    List<NixErrorDetail.Frame> frames =
        detail.trace().stream()
            .filter(frame -> frame.position().filter(FlakeErrors::isOwn).isEmpty())
            .toList();
    Optional<SourcePosition> position =
        detail
            .position()
            .filter(place -> !isOwn(place))
            .or(() ->
                frames.reversed().stream().flatMap(frame -> frame.position().stream()).findFirst());
    return new NixErrorDetail(detail.message(), position, frames, beforeReport(detail.logTail()));
  }

  /**
   * What was printed before Nix reported the error: the report itself is told in parts, without
   * arda's own frames.
   */
  private static String beforeReport(String logTail) {
    Matcher report = REPORT.matcher(logTail);
    return report.find() ? logTail.substring(0, report.start()) : logTail;
  }

  /** Whether a place lies in what was sent to Nix. */
  private static boolean isOwn(SourcePosition position) {
    return OWN.matcher(position.file()).matches();
  }

  /** What Nix said, with files of the source tree named as the user knows them. */
  static NixErrorDetail localise(NixErrorDetail detail, Optional<Path> tree) {
    if (tree.isEmpty()) {
      return detail;
    }
    return new NixErrorDetail(
        localise(detail.message(), tree.get()),
        detail.position().map(position -> localise(position, tree.get())),
        detail.trace().stream()
            .map(frame ->
                new NixErrorDetail.Frame(
                    localise(frame.message(), tree.get()),
                    frame.position().map(position -> localise(position, tree.get()))))
            .toList(),
        detail.logTail());
  }

  private static SourcePosition localise(SourcePosition position, Path tree) {
    return new SourcePosition(localise(position.file(), tree), position.line(), position.column());
  }

  /** A text in which files of the source tree have the names that they have in the working tree. */
  static String localise(String text, Path tree) {
    return IN_TREE
        .matcher(text)
        .replaceAll(match -> {
          Path file = tree.resolve(match.group(1)).normalize();
          return Matcher.quoteReplacement(
              file.startsWith(tree) && Files.exists(file) ? file.toString() : match.group());
        });
  }

  /** A file that lies in the tree but that git, and so Nix, does not know. */
  private static Optional<FlakeException> untracked(
      FlakeRef ref, Optional<Path> tree, String said, Details details) {
    Matcher named = UNTRACKED.matcher(said);
    Path file = null;
    if (named.find()) {
      file = Path.of(named.group("repo")).resolve(named.group("file"));
    } else {
      Matcher absent = ABSENT.matcher(said);
      if (absent.find() && tree.isPresent()) {
        String path = absent.group("a") != null ? absent.group("a") : absent.group("b");
        Matcher inTree = IN_TREE.matcher(path);
        // `localise` has already replaced the path where the file exists.
        Path candidate =
            inTree.matches() ? tree.get().resolve(inTree.group(1)).normalize() : Path.of(path);
        if (candidate.startsWith(tree.get()) && Files.exists(candidate) && inGit(candidate)) {
          file = candidate;
        }
      }
    }
    if (file == null) {
      return Optional.empty();
    }
    String why =
        GitSubmodules.of(file)
            .flatMap(submodule -> leftOut(ref, submodule))
            .orElse(
                "git does not track it, so Nix cannot see it; run `git -C %s add %s`"
                    .formatted(file.getParent(), file.getFileName()));
    return Optional.of(
        new FlakeException(
            Reason.FLAKE_FILE_UNTRACKED,
            file + " exists but " + why + " (flake " + ref + ")",
            details.with("file", file.toString())));
  }

  /** What helps with a submodule, unless the reference has it already. */
  private static Optional<String> leftOut(FlakeRef ref, Path submodule) {
    return WITH_SUBMODULES.matcher(ref.text()).find()
        ? Optional.empty()
        : Optional.of(
            "belongs to the git submodule %s, which Nix leaves out; ask for it with ?submodules=1 behind the flake, or name the submodule itself as the flake"
                .formatted(submodule));
  }

  private static boolean inGit(Path file) {
    for (Path up = file.getParent(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve(".git"))) {
        return true;
      }
    }
    return false;
  }

  /** The input whose locking failed; an empty name where Nix does not say which. */
  private static Optional<String> unlockedInput(
      FlakeRef ref, NixErrorDetail detail, boolean fetch) {
    for (NixErrorDetail.Frame frame : detail.trace()) {
      Matcher matcher = UPDATING_INPUT.matcher(frame.message());
      if (matcher.find()) {
        return Optional.of(matcher.group("input"));
      }
    }
    // Nix 2.8 says nothing of the input; without a lock file none can be locked.
    boolean neverLocked =
        ref.directory().isPresent() && !Files.exists(ref.directory().get().resolve("flake.lock"));
    return fetch && neverLocked ? Optional.of("") : Optional.empty();
  }

  private static boolean matches(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).find();
  }
}
