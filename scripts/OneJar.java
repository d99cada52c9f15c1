import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * {@code java OneJar.java OUT.jar MAIN.jar NOT…}: puts into one jar what the manifest of another one names as its class path, itself first, but no jar whose name begins
 * with one of the words after it, and no file whose path does. A program that looks for something which is nowhere opens all its jars, about a millisecond for each; this one has one to open.
 *
 * <p>Classes of an older form than that of Java 6 are brought into the form of Java 25, and are otherwise the same: Java keeps none of those in a cache, because its verifier
 * needs maps of the stack that they lack. picocli is published in the form of Java 5.
 */
class OneJar {

  private static final int JAVA_6 = 50;
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
    var resolver =
        ClassHierarchyResolver.ofResourceParsing(type -> {
              var name = type.descriptorString();
              var bytes = entries.get(name.substring(1, name.length() - 1) + ".class");
              return bytes == null ? null : new java.io.ByteArrayInputStream(bytes);
            })
            .orElse(ClassHierarchyResolver.defaultResolver())
            .cached();
    var classFile =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(resolver));
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
