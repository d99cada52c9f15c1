import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * {@code java OneJar.java OUT.jar MAIN.jar NOT…}: puts into one jar what the manifest of another one names as its class path, itself first, but no jar whose name begins
 * with one of the words after it, and no file whose path does. A program that looks for something which is nowhere opens all its jars, about a millisecond for each; this one has one to open.
 *
 * <p>Classes of an older form than that of Java 6 are brought into the form of Java 25, and are otherwise the same: Java keeps none of those in a cache, because its verifier
 * needs maps of the stack that they lack. picocli is published in the form of Java 5.
 *
 * <p>A few calls of libraries are replaced by quicker ones: see {@link Shortcut}.
 */
class OneJar {

  private static final int JAVA_6 = 50;

  /** What tells its callers of failures, and has nothing to say to users. */
  private static final List<String> LIBRARIES =
      List.of("com/google/", "io/grpc/", "org/eclipse/lsp4j/");

  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  public static void main(String[] arguments) throws IOException {
    var out = Path.of(arguments[0]);
    var main = Path.of(arguments[1]);
    var excluded = List.of(arguments).subList(2, arguments.length);
    var jars = new ArrayList<>(List.of(main));
    var manifest = manifest(main);
    for (var name : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH).split(" ")) {
      if (excluded.stream().noneMatch(name::startsWith)) {
        jars.add(main.resolveSibling(name));
      }
    }
    manifest.getMainAttributes().remove(Attributes.Name.CLASS_PATH);
    var entries = new TreeMap<String, byte[]>();
    for (var jar : jars) {
      read(jar, excluded, entries);
    }
    modernise(entries);
    quicken(entries);
    var unfinished = out.resolveSibling(out.getFileName() + ".new");
    write(manifest, entries, unfinished);
    Files.move(unfinished, out, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static Manifest manifest(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      return file.getManifest();
    }
  }

  private static void read(Path jar, List<String> excluded, Map<String, byte[]> entries)
      throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      for (var entry : file.stream().toList()) {
        var name = entry.getName();
        boolean services = name.startsWith("META-INF/services/");
        if (entry.isDirectory()
            || name.equals("module-info.class")
            || name.endsWith(".proto")
            || name.startsWith("META-INF/") && !services
            || excluded.stream().anyMatch(name::startsWith)) {
          continue;
        }
        var bytes = file.getInputStream(entry).readAllBytes();
        // The first one counts, as on a class path; of the lists of services all do.
        entries.merge(name, bytes, (first, second) -> services ? join(first, second) : first);
      }
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    var joined = new java.io.ByteArrayOutputStream();
    joined.writeBytes(first);
    joined.write('\n');
    joined.writeBytes(second);
    return joined.toByteArray();
  }

  private static void modernise(Map<String, byte[]> entries) {
    var classFile = classFile(entries, ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
    // Bodies pass through one by one: those that are copied as a whole get no maps.
    var transform =
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
            .andThen(ClassTransform.endHandler(c -> c.withVersion(ClassFile.JAVA_25_VERSION, 0)));
    entries.replaceAll(
        (name, bytes) ->
            name.endsWith(".class") && (bytes[6] << 8 | bytes[7] & 0xff) < JAVA_6
                ? classFile.transformClass(classFile.parse(bytes), transform)
                : bytes);
  }

  /**
   * Spares a process that lives for a tenth of a second what libraries prepare when they are loaded and it never uses; each takes longer than the question it
   * asks. Fails where a library has none of that any more.
   */
  private static void quicken(Map<String, byte[]> entries) {
    var classFile = classFile(entries, ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED);
    var taken = EnumSet.noneOf(Shortcut.class);
    entries.replaceAll((name, bytes) -> {
      if (!name.endsWith(".class") || LIBRARIES.stream().noneMatch(name::startsWith)) {
        return bytes;
      }
      var parsed = classFile.parse(bytes);
      var here = EnumSet.noneOf(Shortcut.class);
      for (var entry : parsed.constantPool()) {
        if (entry instanceof MemberRefEntry member) {
          Shortcut.of(name, member).ifPresent(here::add);
        }
      }
      if (here.isEmpty()) {
        return bytes;
      }
      taken.addAll(here);
      return classFile.transformClass(
          parsed,
          ClassTransform.transformingMethodBodies((code, element) -> {
            if (element instanceof InvokeInstruction call) {
              Shortcut.of(name, call.method())
                  .ifPresentOrElse(shortcut -> shortcut.take(code, call), () -> code.with(call));
            } else {
              code.with(element);
            }
          }));
    });
    if (!taken.equals(EnumSet.allOf(Shortcut.class))) {
      throw new IllegalStateException(
          "nothing to shorten for " + EnumSet.complementOf(taken) + ": have the libraries changed?");
    }
  }

  /** A call of a library that is replaced by something quick. */
  private enum Shortcut {
    /** Logs are set up by looking for services in all jars, and go nowhere: Java's global logger is there already, and has nobody who listens. */
    LOGGER("", "java/util/logging/Logger", "getLogger", "(Ljava/lang/String;)Ljava/util/logging/Logger;") {
      @Override
      void take(CodeBuilder code, InvokeInstruction call) {
        code.pop().getstatic(Names.LOGGER, "global", Names.LOGGER);
      }
    },
    /** Classes of Android are looked for in all jars. */
    ANDROID("com/google/protobuf/Android.class", "java/lang/Class", "forName", "(Ljava/lang/String;)Ljava/lang/Class;") {
      @Override
      void take(CodeBuilder code, InvokeInstruction call) {
        code.pop().aconst_null();
      }
    },
    /** A version for a message that is never shown is put together by the rules of the locale. */
    VERSION("com/google/protobuf/RuntimeVersion.class", "java/lang/String", "format", "[Ljava/lang/Object;)Ljava/lang/String;") {
      @Override
      void take(CodeBuilder code, InvokeInstruction call) {
        code.invokestatic(Names.ARRAYS, "toString", Names.TEXT_OF_ARRAY);
        for (int unused = 1; unused < call.typeSymbol().parameterCount(); unused++) {
          code.swap().pop();
        }
      }
    };

    private final String file;
    private final String owner;
    private final String method;
    private final String type;

    /**
     * @param file the class that calls; any of the libraries if empty
     * @param type the end of the type of the method
     */
    Shortcut(String file, String owner, String method, String type) {
      this.file = file;
      this.owner = owner;
      this.method = method;
      this.type = type;
    }

    /** Replaces a call, with what it takes from the stack and leaves there. */
    abstract void take(CodeBuilder code, InvokeInstruction call);

    static Optional<Shortcut> of(String file, MemberRefEntry called) {
      return Stream.of(values())
          .filter(it -> it.file.isEmpty() || it.file.equals(file))
          .filter(it -> called.owner().name().equalsString(it.owner))
          .filter(it -> called.name().equalsString(it.method))
          .filter(it -> called.type().stringValue().endsWith(it.type))
          .findFirst();
    }
  }

  private static final class Names {
    static final ClassDesc LOGGER = ClassDesc.of("java.util.logging.Logger");
    static final ClassDesc ARRAYS = ClassDesc.of("java.util.Arrays");
    static final MethodTypeDesc TEXT_OF_ARRAY =
        MethodTypeDesc.ofDescriptor("([Ljava/lang/Object;)Ljava/lang/String;");
  }

  private static ClassFile classFile(
      Map<String, byte[]> entries, ClassFile.StackMapsOption stackMaps) {
    var resolver =
        ClassHierarchyResolver.ofResourceParsing(type -> {
              var name = type.descriptorString();
              var bytes = entries.get(name.substring(1, name.length() - 1) + ".class");
              return bytes == null ? null : new java.io.ByteArrayInputStream(bytes);
            })
            .orElse(ClassHierarchyResolver.defaultResolver())
            .cached();
    return ClassFile.of(stackMaps, ClassFile.ClassHierarchyResolverOption.of(resolver));
  }

  private static void write(Manifest manifest, Map<String, byte[]> entries, Path out)
      throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(out))) {
      put(zip, JarFile.MANIFEST_NAME);
      manifest.write(zip);
      for (var entry : entries.entrySet()) {
        put(zip, entry.getKey());
        zip.write(entry.getValue());
      }
    }
  }

  private static void put(ZipOutputStream zip, String name) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
  }
}
