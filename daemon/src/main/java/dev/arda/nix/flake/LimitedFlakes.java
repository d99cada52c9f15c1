package dev.arda.nix.flake;

import dev.arda.nix.core.LimitedWork;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.TimeLimit;
import java.io.OutputStream;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/**
 * Flakes that are asked for so long. A question that takes longer is given up like one whose thread
 * is interrupted, and fails with the reason of the limit; selectors that were answered until then
 * have their answers. Listeners are called by a thread of their own.
 *
 * @param flakes answers
 * @param limit for each question
 */
public record LimitedFlakes(Flakes flakes, TimeLimit limit) implements Flakes {

  private static final String EVALUATION = "The evaluation of the flake";

  /** Flakes with a limit, or as they are if there is none. */
  public static Flakes of(Flakes flakes, TimeLimit limit) {
    return limit.isNone() ? flakes : new LimitedFlakes(flakes, limit);
  }

  @Override
  public void select(CallContext context, SelectionRequest request, SelectionListener listener) {
    var told = new Told(listener);
    if (!LimitedWork.run(limit.time(), () -> flakes.select(context, request, told))) {
      for (int i = 0; i < request.selectors().size(); i++) {
        if (!told.answered.get(i)) {
          listener.failure(i, request.selectors().get(i), late());
        }
      }
    }
  }

  @Override
  public AttributeNames names(
      CallContext context, String flake, List<Selector> parents, ProgressListener listener) {
    return LimitedWork.get(limit.time(), () -> flakes.names(context, flake, parents, listener))
        .orElseThrow(this::late);
  }

  @Override
  public FlakeMetadata metadata(CallContext context, String flake, ProgressListener listener) {
    return LimitedWork.get(limit.time(), () -> flakes.metadata(context, flake, listener))
        .orElseThrow(this::late);
  }

  @Override
  public void show(
      CallContext context,
      String flake,
      boolean allSystems,
      OutputStream json,
      ProgressListener listener) {
    if (!LimitedWork.run(
        limit.time(), () -> flakes.show(context, flake, allSystems, json, listener))) {
      throw late();
    }
  }

  @Override
  public Completions complete(CallContext context, String flake, String prefix, Duration budget) {
    return flakes.complete(context, flake, prefix, budget);
  }

  @Override
  public Described describe(CallContext context, String flake, String selector, Duration budget) {
    return flakes.describe(context, flake, selector, budget);
  }

  @Override
  public List<FlakeStatus> status() {
    return flakes.status();
  }

  @Override
  public FlakesFigures figures() {
    return flakes.figures();
  }

  @Override
  public int forget(CallContext context, String flake) {
    return flakes.forget(context, flake);
  }

  @Override
  public int forgetAll() {
    return flakes.forgetAll();
  }

  private NixException late() {
    return limit.passed(EVALUATION, "");
  }

  /** Hands on, and remembers which selectors were answered. */
  private static final class Told implements SelectionListener {
    private final SelectionListener listener;
    private final BitSet answered = new BitSet();

    Told(SelectionListener listener) {
      this.listener = listener;
    }

    @Override
    public void progress(NixProgress progress) {
      listener.progress(progress);
    }

    @Override
    public void state(FlakeState state) {
      listener.state(state);
    }

    @Override
    public void value(int index, String canonical, JsonText json, List<String> realisedPaths) {
      answered.set(index);
      listener.value(index, canonical, json, realisedPaths);
    }

    @Override
    public void failure(int index, String canonical, NixException failure) {
      answered.set(index);
      listener.failure(index, canonical, failure);
    }
  }
}
