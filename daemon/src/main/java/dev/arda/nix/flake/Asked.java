package dev.arda.nix.flake;

import dev.arda.nix.core.NixProgress;
import dev.arda.nix.flake.eval.Answer;
import dev.arda.nix.flake.eval.Evaluator;
import dev.arda.nix.flake.selector.ParsedSelector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A selector of a request that could be parsed.
 *
 * @param index its index in the request
 * @param parsed what it says
 * @param canonical as the printer writes it
 */
record Asked(int index, ParsedSelector parsed, String canonical) {

  /** Parses the selectors; failures are told at once. */
  static List<Asked> parse(SelectionRequest request, SelectionListener listener) {
    var result = new ArrayList<Asked>();
    for (int i = 0; i < request.selectors().size(); i++) {
      try {
        ParsedSelector parsed = SelectorParser.parse(request.selectors().get(i));
        String canonical = SelectorPrinter.print(parsed.selector());
        Optional<FlakeException> impossible = impossible(parsed);
        if (impossible.isPresent()) {
          listener.failure(i, canonical, impossible.get());
        } else {
          result.add(new Asked(i, parsed, canonical));
        }
      } catch (FlakeException e) {
        listener.failure(i, "", e);
      }
    }
    return result;
  }

  /** A name with NUL can be written in a selector, but no attribute can be called so. */
  private static Optional<FlakeException> impossible(ParsedSelector parsed) {
    for (int i = 0; i < parsed.selector().steps().size(); i++) {
      Stream<String> names =
          switch (parsed.selector().steps().get(i)) {
            case Step.All all -> Stream.empty();
            case Step.Name step -> Stream.of(step.name());
            case Step.Maybe step -> Stream.of(step.name());
            case Step.Names set -> set.entries().stream().map(Step.Entry::name);
          };
      if (names.anyMatch(name -> name.indexOf('\0') >= 0)) {
        var span = parsed.spans().get(i).span();
        return Optional.of(
            new FlakeException(
                Reason.SELECTOR_INVALID,
                "the name of an attribute cannot contain NUL",
                Details.NONE,
                new SelectorFault(parsed.text(), span.offset(), span.length(), "", List.of())));
      }
    }
    return Optional.empty();
  }

  /** Tells the answer, or why there is none. */
  void report(
      CallContext context,
      LockedFlake flake,
      Realiser.Session built,
      Evaluator.Outcome outcome,
      SelectionListener listener) {
    try {
      switch (outcome) {
        case Evaluator.Outcome.Answered(Answer.Value value) -> {
          List<String> realised = built.realise(context, canonical, value.context(), listener);
          listener.value(index, canonical, value.text(), realised);
        }
        case Evaluator.Outcome.Answered(Answer.Mismatched mismatch) ->
            throw SelectorMismatches.explain(parsed, mismatch.mismatch());
        case Evaluator.Outcome.Answered(Answer.Names names) ->
            throw new FlakeException(Reason.INTERNAL, "names where a value was asked for");
        case Evaluator.Outcome.Answered(Answer.Collapsed collapsed) ->
            throw new FlakeException(Reason.INTERNAL, "a selection collapsed unasked");
        case Evaluator.Outcome.Answered(Answer.Failed failed) ->
            throw new FlakeException(Reason.INTERNAL, "an evaluation failed without saying why");
        case Evaluator.Outcome.Broken(var detail, var part) ->
            throw FlakeErrors.evaluation(
                flake, part.map(SelectorPrinter::print).orElse(canonical), detail);
        case Evaluator.Outcome.Refused(var failure) -> throw failure;
      }
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      listener.failure(index, canonical, e);
    }
  }

  /** What is being done for some of them. */
  static NixProgress evaluating(List<Asked> asked) {
    var what = asked.size() == 1 ? asked.getFirst().canonical() : asked.size() + " selectors";
    return new NixProgress(NixProgress.Phase.EVALUATING, "evaluating " + what, 0, 0);
  }
}
