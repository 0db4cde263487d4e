package jp.sanchi.launcher;

import java.lang.reflect.InvocationTargetException;

/**
 * The jar's main class. Compiled for Java 8, so that a Java which is too old can still load it and
 * say so; everything else needs {@link #OLDEST} and is reached by reflection only.
 */
public final class Launcher {
  private static final int OLDEST = 17;

  private Launcher() {}

  public static void main(String[] arguments) throws Throwable {
    String version = System.getProperty("java.specification.version");
    int feature = Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    if (feature < OLDEST) {
      System.err.println("Sanchi needs Java 17 or later; this is Java " + version + ".");
      System.exit(1);
    }
    try {
      Class.forName("jp.sanchi.launcher.Sanchi")
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
