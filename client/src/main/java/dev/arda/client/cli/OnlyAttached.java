package dev.arda.client.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * For an option whose value may be left out: takes only a value that is attached to it by an equals
 * sign. The word after it is something else.
 */
final class OnlyAttached implements IParameterPreprocessor {

  @Override
  @SuppressWarnings("JdkObsolete") // what picocli hands over
  public boolean preprocess(
      Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    // What stands between option and value: a blank, if they are two words.
    if (!"=".equals(info.get("separator"))) {
      words.push("");
    }
    return false;
  }
}
