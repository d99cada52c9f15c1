package dev.arda.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.arda.v1.SetUserSecretRequest;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Messages that carry secrets: the fields are marked, so that what shows messages leaves them out,
 * and no code of the daemon makes a text of such a message.
 */
class RedactionTest {

  /** All messages of the protocol. */
  private static List<Descriptor> messages() throws Exception {
    var home = source(SetUserSecretRequest.class);
    if (Files.isDirectory(home)) {
      return messages(home);
    }
    try (var jar = FileSystems.newFileSystem(home)) {
      return messages(jar.getPath("/"));
    }
  }

  private static List<Descriptor> messages(Path root) throws IOException {
    try (var files = Files.list(root.resolve("dev/arda/v1"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.contains("$"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .flatMap(RedactionTest::descriptor)
          .toList();
    }
  }

  private static Stream<Descriptor> descriptor(String name) {
    try {
      var type = Class.forName("dev.arda.v1." + name);
      return Message.class.isAssignableFrom(type)
          ? Stream.of((Descriptor) type.getMethod("getDescriptor").invoke(null))
          : Stream.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static Path source(Class<?> type) throws Exception {
    return Path.of(
        requireNonNull(type.getProtectionDomain().getCodeSource()).getLocation().toURI());
  }

  private static boolean isMarked(FieldDescriptor field) {
    return field.getOptions().getDebugRedact();
  }

  /** What holds a value that nobody may see, by its name. */
  private static boolean isSecret(FieldDescriptor field) {
    boolean text =
        switch (field.getJavaType()) {
          case STRING, BYTE_STRING -> !field.isRepeated();
          case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM, MESSAGE -> false;
        };
    var name = field.getName();
    return text
        && (name.equals("secret")
            || name.contains("password")
            || (name.equals("value")
                && field.getContainingType().getName().matches("[GS]etUserSecret.*")));
  }

  @Test
  void fields_withSecrets_areMarked() throws Exception {
    var secret =
        messages().stream()
            .flatMap(message -> message.getFields().stream())
            .filter(RedactionTest::isSecret)
            .toList();

    assertThat(secret)
        .extracting(FieldDescriptor::getFullName)
        .contains(
            "arda.v1.AnswerPromptRequest.secret",
            "arda.v1.GetUserSecretResponse.value",
            "arda.v1.SetUserSecretRequest.value");
    assertThat(secret).allMatch(RedactionTest::isMarked);
  }

  /** Binary names of messages that hold a marked field, in themselves or in a message in them. */
  private static Set<ClassDesc> carriers() throws Exception {
    var all = messages();
    var found = new HashSet<Descriptor>();
    boolean more = true;
    while (more) {
      more =
          found.addAll(
              all.stream()
                  .filter(message ->
                      message.getFields().stream()
                          .anyMatch(field ->
                              isMarked(field)
                                  || (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                                      && found.contains(field.getMessageType()))))
                  .toList());
    }
    return found.stream()
        .flatMap(message -> Stream.of(message.getName(), message.getName() + "$Builder"))
        .map(name -> ClassDesc.of("dev.arda.v1." + name))
        .collect(Collectors.toSet());
  }

  @Test
  void code_thatMakesTextsOfMessages_doesNotTakeOnesWithSecrets() throws Exception {
    var carriers = carriers();
    assertThat(carriers).contains(ClassDesc.of(SetUserSecretRequest.class.getName()));
    var wrong = new TreeSet<String>();
    try (var files = Files.walk(source(DaemonMain.class))) {
      for (var file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
        var code = ClassFile.of().parse(file);
        if (shows(code, carriers)) {
          wrong.add(code.thisClass().asInternalName());
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static boolean shows(ClassModel type, Set<ClassDesc> carriers) {
    return type.methods().stream()
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementStream())
        .anyMatch(element -> shows(element, carriers));
  }

  private static boolean shows(CodeElement element, Set<ClassDesc> carriers) {
    return switch (element) {
      case InvokeInstruction call ->
          call.name().equalsString("toString") && carriers.contains(call.owner().asSymbol());
      case InvokeDynamicInstruction call ->
          call.name().equalsString("makeConcatWithConstants")
              && call.typeSymbol().parameterList().stream().anyMatch(carriers::contains);
      default -> false;
    };
  }
}
