import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites a jar so that its classes have the form of Java 25: {@code java ModernClasses.java FILE.jar}. Java keeps no class of a form older than Java 6 in a cache (its
 * verifier needs maps of the stack that such classes lack), and picocli is published in that of Java 5. Nothing else of the classes changes. Does nothing to a jar without such.
 */
class ModernClasses {

  private static final int JAVA_6 = 50;

  public static void main(String[] arguments) throws IOException {
    var jar = Path.of(arguments[0]);
    var rewritten = jar.resolveSibling(jar.getFileName() + ".new");
    boolean changed = false;
    try (var in = new ZipFile(jar.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(rewritten))) {
      var classFile = ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.ClassHierarchyResolverOption.of(resolver(in)));
      for (var entry : in.stream().toList()) {
        var bytes = read(in, entry);
        if (entry.getName().endsWith(".class") && major(bytes) < JAVA_6) {
          bytes = modern(classFile, bytes);
          changed = true;
        }
        var copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(copy);
        out.write(bytes);
      }
    }
    if (changed) {
      Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(rewritten);
    }
  }

  private static byte[] modern(ClassFile classFile, byte[] bytes) {
    // Bodies pass through one by one: those that are copied as a whole get no maps.
    var transform =
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
            .andThen(ClassTransform.endHandler(c -> c.withVersion(ClassFile.JAVA_25_VERSION, 0)));
    return classFile.transformClass(classFile.parse(bytes), transform);
  }

  private static ClassHierarchyResolver resolver(ZipFile jar) {
    return ClassHierarchyResolver.ofResourceParsing(type -> {
      var name = type.descriptorString();
      var entry = jar.getEntry(name.substring(1, name.length() - 1) + ".class");
      try {
        return entry == null ? null : jar.getInputStream(entry);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }).orElse(ClassHierarchyResolver.defaultResolver()).cached();
  }

  private static byte[] read(ZipFile jar, ZipEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static int major(byte[] bytes) {
    return (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
  }
}
