package dev.arda.nix.system.deploy;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.store.Closure;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.TargetFacts.Generation;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The generations of one host's system profile: what differs between two, and the removal of old
 * ones. Blocks; interrupting the thread gives it up.
 *
 * @param means what it works with
 */
public record HostGenerations(Means means) {

  /**
   * Which host.
   *
   * @param context who asks
   * @param flake flake reference; empty: the caller's default
   * @param selection chooses one host
   * @param reach how it is reached
   * @param password what {@code sudo} there is given if it asks for one; empty: nothing is known
   */
  public record Question(
      CallContext context,
      String flake,
      String selection,
      Reach reach,
      Optional<Secret> password) {}

  /**
   * What two generations have not in common.
   *
   * @param host its name
   * @param target where it is
   * @param before one generation
   * @param after the other
   * @param next number of the generation that is booted next; 0: not known
   * @param diff from the one to the other
   */
  public record Difference(
      String host,
      String target,
      Generation before,
      Generation after,
      int next,
      ClosureDiff diff) {}

  /**
   * Which generations are old.
   *
   * @param keep so many of the newest are not; 0: their number does not matter
   * @param olderThan those are not that were made less than this ago; empty: their age does not
   *     matter
   */
  public record Age(int keep, Optional<Duration> olderThan) {

    /** The old ones, oldest first; none that runs, was booted or is booted next. */
    List<Generation> old(TargetFacts facts) {
      var all = facts.generations();
      var newest = all.subList(Math.max(0, all.size() - keep), all.size());
      // By the clock of the machine, which dated them. What has no date is not old.
      var limit = olderThan.map(age -> facts.now().orElse(Instant.EPOCH).minus(age));
      return all.stream()
          .filter(one -> !one.running() && !one.booted())
          .filter(one -> facts.generation().orElse(0) != one.number())
          .filter(Predicate.not(newest::contains))
          .filter(one ->
              limit.isEmpty() || one.made().filter(made -> made.isBefore(limit.get())).isPresent())
          .toList();
    }
  }

  /**
   * What was, or would be, removed.
   *
   * @param host its name
   * @param target where it is
   * @param removed oldest first
   * @param kept those that stay, oldest first
   * @param next number of the generation that is booted next; 0: not known
   * @param trouble what is not as it should be though they are removed; empty: nothing
   */
  public record Pruning(
      String host,
      String target,
      List<Generation> removed,
      List<Generation> kept,
      int next,
      Optional<String> trouble) {
    /** Copies the lists. */
    public Pruning {
      removed = List.copyOf(removed);
      kept = List.copyOf(kept);
    }
  }

  private HostWays ways(Question question) {
    return new HostWays(means, question.context(), question.flake(), question.reach());
  }

  /**
   * What differs between two generations. The host is asked for what this machine has not.
   *
   * @throws NixException {@code GENERATION_MISSING}; if the host cannot be asked
   */
  public Difference difference(
      Question question, int before, int after, ProgressListener progress) {
    var ways = ways(question);
    var host = ways.one(question.selection(), progress);
    var way = ways.to(host);
    try (var shell = way.shared()) {
      var facts = TargetAccess.lookClosely(shell, ways.root(host));
      var one = generation(host, facts, before);
      var other = generation(host, facts, after);
      var diff =
          shell instanceof SshConnection connection
              ? ClosureDiff.between(
                  there(question.context(), connection, one),
                  there(question.context(), connection, other))
              : means
                  .stores()
                  .closures()
                  .diff(
                      question.context(),
                      HostDeployment.path(one.path()),
                      HostDeployment.path(other.path()));
      return new Difference(
          host.name(), way.target().toString(), one, other, facts.generation().orElse(0), diff);
    }
  }

  /** What a generation needs: this machine is asked first, since that costs less. */
  private Closure there(CallContext context, SshConnection connection, Generation generation) {
    var path = List.of(HostDeployment.path(generation.path()));
    var closures = means.stores().closures();
    return closures.valid(context, path, Optional.empty()).isEmpty()
        ? closures.of(
            connection.toContext(context), path, Optional.of(new StoreUrl(connection.storeUrl())))
        : closures.of(context, path);
  }

  private static Generation generation(Host host, TargetFacts facts, int number) {
    return facts.generations().stream()
        .filter(one -> one.number() == number)
        .findFirst()
        .orElseThrow(() ->
            new SystemException(
                Reason.GENERATION_MISSING,
                "%s has no generation %d; arda host generations %s lists them."
                    .formatted(host.name(), number, host.name()),
                Details.NONE
                    .with("host", host.name())
                    .with("generation", Integer.toString(number))));
  }

  /**
   * Which generations of a host are old; nothing is changed.
   *
   * @throws NixException if it cannot be asked, or is not fit
   */
  public Pruning plan(Question question, Age age, ProgressListener progress) {
    var ways = ways(question);
    var host = ways.one(question.selection(), progress);
    var way = ways.to(host);
    try (var shell = way.fresh()) {
      var facts = look(host, way, TargetAccess.lookClosely(shell, ways.root(host)));
      return pruning(host, way, facts, age.old(facts), Optional.empty());
    }
  }

  /**
   * Removes old generations of a host. What they alone need stays in its store until its garbage is
   * collected.
   *
   * @param only numbers of those that may be removed; no other is
   * @throws NixException as {@link #plan}; {@code HOST_BUSY} if somebody deploys to it; {@code
   *     PASSWORD_REQUIRED}, {@code PASSWORD_REJECTED}
   */
  public Pruning prune(Question question, Age age, List<Integer> only, ProgressListener progress) {
    var ways = ways(question);
    var host = ways.one(question.selection(), progress);
    var way = ways.to(host);
    var root = ways.root(host);
    try (var _ = means.locks().tryTake(way.target(), root).orElseThrow(() -> busy(host, way));
        var shell = way.shared()) {
      var facts = look(host, way, TargetAccess.lookClosely(shell, root));
      var doomed = age.old(facts).stream().map(Generation::number).filter(only::contains).toList();
      if (doomed.isEmpty()) {
        return pruning(host, way, facts, List.of(), stayed(only, facts, List.of()));
      }
      var marker = marker();
      var elevation = Privileges.of(label(host, way), facts, shell, question.password());
      var result = shell.run(Scripts.prune(root, marker, elevation, doomed), OutputListener.NONE);
      var said = new Said(result.outputText(), marker);
      if (said.has("locked")) {
        throw busy(host, way);
      }
      var removed = said.numbers("removed");
      var words = TerminalText.strip(result.errorTail()).strip();
      if (!said.has("complete") || (removed.isEmpty() && !said.numbers("failed").isEmpty())) {
        throw new SystemException(
            Reason.COMMAND_FAILED,
            "The generations of %s cannot be removed: %s".formatted(label(host, way), last(words)),
            Details.NONE.with("host", host.name()));
      }
      return pruning(
          host,
          way,
          facts,
          facts.generations().stream().filter(one -> removed.contains(one.number())).toList(),
          trouble(said, words).or(() -> stayed(only, facts, removed)));
    }
  }

  /** What was to be removed and is there, since it came into use after it was listed. */
  private static Optional<String> stayed(
      List<Integer> only, TargetFacts facts, List<Integer> removed) {
    var names =
        facts.generations().stream()
            .map(Generation::number)
            .filter(number -> only.contains(number) && !removed.contains(number))
            .map(number -> Integer.toString(number))
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "not removed: %s, which by now runs, was booted, is booted next, or is not old any more"
                .formatted(String.join(", ", names)));
  }

  private static Optional<String> trouble(Said said, String words) {
    if (!said.numbers("failed").isEmpty()) {
      return Optional.of("not all could be removed: " + last(words));
    }
    return said.value("boot_menu")
        .filter(code -> !code.equals("0"))
        .map(code ->
            "the boot menu still lists them: switch-to-configuration boot ended with %s: %s"
                .formatted(code, last(words)));
  }

  private static String last(String words) {
    return words.lines().reduce((_, line) -> line).orElse("no reason was given");
  }

  private String marker() {
    var bytes = new byte[8];
    means.random().nextBytes(bytes);
    return "arda:" + HexFormat.of().formatHex(bytes) + ":";
  }

  private static TargetFacts look(Host host, TargetAccess way, TargetFacts facts) {
    TargetCheck.checkNixos(host, label(host, way), facts);
    TargetCheck.checkPrivilege(host, label(host, way), facts);
    return facts;
  }

  private static String label(Host host, TargetAccess way) {
    return "%s (%s)".formatted(host.name(), way.target());
  }

  private static SystemException busy(Host host, TargetAccess way) {
    return new SystemException(
        Reason.HOST_BUSY,
        "%s is being deployed to; see: arda ops list".formatted(label(host, way)),
        Details.NONE.with("host", host.name()));
  }

  private static Pruning pruning(
      Host host,
      TargetAccess way,
      TargetFacts facts,
      List<Generation> removed,
      Optional<String> trouble) {
    return new Pruning(
        host.name(),
        way.target().toString(),
        removed,
        facts.generations().stream().filter(Predicate.not(removed::contains)).toList(),
        facts.generation().orElse(0),
        trouble);
  }

  /** Lines of a script that say something, {@code MARKERname=value}. */
  private record Said(String output, String marker) {

    private List<String> values(String name) {
      var prefix = marker + name + "=";
      return output
          .lines()
          .filter(line -> line.startsWith(prefix))
          .map(line -> line.substring(prefix.length()))
          .toList();
    }

    boolean has(String name) {
      return !values(name).isEmpty();
    }

    Optional<String> value(String name) {
      return values(name).stream().findFirst();
    }

    List<Integer> numbers(String name) {
      return values(name).stream()
          .filter(text -> text.matches("[0-9]{1,9}"))
          .map(Integer::parseInt)
          .toList();
    }
  }
}
