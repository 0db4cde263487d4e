package jp.sanchi.server.platform;

import org.eclipse.microprofile.config.ConfigProvider;

/** MicroProfile Config with defaults that are right for one server. */
public final class Settings {
  private Settings() {}

  public static int integer(String name, int otherwise) {
    return ConfigProvider.getConfig().getOptionalValue(name, Integer.class).orElse(otherwise);
  }

  public static boolean flag(String name) {
    return ConfigProvider.getConfig().getOptionalValue(name, Boolean.class).orElse(false);
  }

  /** Null where it is not set. */
  public static String text(String name) {
    return ConfigProvider.getConfig().getOptionalValue(name, String.class).orElse(null);
  }
}
