package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationPrompt;
import dev.arda.v1.OperationUpdate;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
final class OperationPromptsTest {

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<String>> typed = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private OperationPrompts prompts(boolean same) {
    return new OperationPrompts(
            question -> {
              asked.add(question);
              return typed.take();
            },
            (id, answer) -> answers.add(id + "=" + answer.orElse("(declined)")),
            same)
        .start();
  }

  private static OperationEvent asks(String node, String id, String text) {
    return event(
        OperationNode.newBuilder()
            .setId(node)
            .setPrompt(OperationPrompt.newBuilder().setId(id).setText(text)));
  }

  private static OperationEvent event(OperationNode.Builder node) {
    return OperationEvent.newBuilder()
        .setUpdate(OperationUpdate.newBuilder().addNodes(node))
        .build();
  }

  @Test
  void oneAfterTheOther_eachOnce() throws Exception {
    try (var prompts = prompts(false)) {
      prompts.saw(asks("a", "1", "A?"));
      prompts.saw(asks("b", "2", "B?"));
      prompts.saw(asks("a", "1", "A?"));
      assertThat(asked.take()).isEqualTo("A?");
      assertThat(asked).isEmpty();
      typed.add(Optional.of("x"));
      assertThat(answers.take()).isEqualTo("1=x");
      assertThat(asked.take()).isEqualTo("B?");
      typed.add(Optional.empty());
      assertThat(answers.take()).isEqualTo("2=(declined)");
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void whatIsAskedNoMore_isNotAsked() throws Exception {
    try (var prompts = prompts(false)) {
      prompts.saw(asks("a", "1", "A?"));
      assertThat(asked.take()).isEqualTo("A?");
      prompts.saw(asks("b", "2", "B?"));
      prompts.saw(event(OperationNode.newBuilder().setId("b")));
      prompts.saw(asks("c", "3", "C?"));
      typed.add(Optional.of("x"));
      assertThat(answers.take()).isEqualTo("1=x");
      assertThat(asked.take()).isEqualTo("C?");
    }
  }

  @Test
  void onePasswordForAll_unlessItIsWrong() throws Exception {
    try (var prompts = prompts(true)) {
      prompts.saw(asks("a", "1", "A?"));
      typed.add(Optional.of("x"));
      assertThat(answers.take()).isEqualTo("1=x");
      prompts.saw(asks("b", "2", "B?"));
      assertThat(answers.take()).isEqualTo("2=x");
      prompts.saw(asks("b", "3", "Wrong. B?"));
      typed.add(Optional.of("y"));
      assertThat(answers.take()).isEqualTo("3=y");
      assertThat(asked).containsExactly("A?", "Wrong. B?");
      prompts.saw(asks("c", "4", "C?"));
      assertThat(answers.take()).isEqualTo("4=y");
    }
  }
}
