package dev.arda.nix.flake;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.ValueEncoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One flake, asked by one caller (the seed's {@code Flake}, section 15.2.2).
 *
 * @param flakes answers the questions
 * @param context the caller
 * @param reference flake reference as the caller wrote it; empty: the caller's default
 */
public record Flake(Flakes flakes, CallContext context, String reference) {

  /**
   * The value that a selector finds, as JSON text.
   *
   * @throws NixException if it finds none
   */
  public String select(String selector) {
    return select(selector, false);
  }

  /**
   * The value that a selector finds, as JSON text, with everything built that it mentions.
   *
   * @throws NixException if it finds none or something cannot be built
   */
  public String selectAndRealise(String selector) {
    return select(selector, true);
  }

  /**
   * A value of a host: the selector starts at {@code nixosConfigurations.<host>}, which is what a
   * deployment builds.
   *
   * @param host name of the host
   * @param selector selector below it
   */
  public String selectMachine(String host, String selector) {
    return select(below("nixosConfigurations", host, selector));
  }

  /**
   * A value of a user's environment: the selector starts at {@code homeConfigurations.<user>}.
   *
   * @param user name of the user, for example {@code alice} or {@code alice@laptop}
   * @param selector selector below it
   */
  public String selectUser(String user, String selector) {
    return select(below("homeConfigurations", user, selector));
  }

  /** Evaluates selectors ahead; what fails is told when it is asked for. */
  public void precache(List<String> selectors) {
    flakes.select(
        context,
        new SelectionRequest(reference, selectors, false, ValueEncoding.JSON),
        new Single());
  }

  /** Which flake this is, in which state. */
  public FlakeMetadata metadata() {
    return flakes.metadata(context, reference, progress -> {});
  }

  /** The canonical selector of a part of a configuration. */
  static String below(String output, String name, String selector) {
    var steps = new ArrayList<Step>();
    steps.add(new Step.Name(output));
    steps.add(new Step.Name(name));
    steps.addAll(SelectorParser.parse(selector).selector().steps());
    return SelectorPrinter.print(new Selector(steps));
  }

  private String select(String selector, boolean realise) {
    var single = new Single();
    flakes.select(
        context,
        new SelectionRequest(reference, List.of(selector), realise, ValueEncoding.JSON),
        single);
    if (single.failure != null) {
      throw single.failure;
    }
    return new String(single.json, StandardCharsets.UTF_8);
  }

  /** Keeps the last result. */
  private static final class Single implements SelectionListener {
    private byte[] json = {};
    private @Nullable NixException failure;

    @Override
    public void progress(NixProgress progress) {}

    @Override
    public void state(FlakeState state) {}

    @Override
    public void value(int index, String canonical, JsonText value, List<String> realisedPaths) {
      json = value.bytes();
    }

    @Override
    public void failure(int index, String canonical, NixException thrown) {
      failure = thrown;
    }
  }
}
