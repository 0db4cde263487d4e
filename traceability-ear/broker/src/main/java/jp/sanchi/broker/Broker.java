package jp.sanchi.broker;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * HiveMQ with the table of sensors for its passwords; reached by reflection in a class loader of
 * its own, hence public. A device logs in by its id and password out of the table of sensors, under
 * a client id that is its id too, and may publish to its own topic and nothing else. Bridges, one
 * an organisation, may only read.
 */
public final class Broker implements AutoCloseable {
  /**
   * A bridge's user name; further bridges put a hyphen and something of their own behind it, since
   * one client id has one session. No sensor's id has a hyphen.
   */
  public static final String BRIDGE = "sanchi-bridge";

  private final EmbeddedHiveMQ broker;
  private final Registry registry;

  private Broker(EmbeddedHiveMQ broker, Registry registry) {
    this.broker = broker;
    this.registry = registry;
  }

  /**
   * Starts it and returns when it listens.
   *
   * @param folder holds its configuration, written anew, and its messages, kept
   * @param port for devices
   * @param bridgePort for the bridge, on loopback without TLS; may be the same where devices come
   *     without TLS, too
   * @param keyStore a PKCS #12 file for TLS, or null
   * @param database url, user and password of the database with the table {@code sensor}
   * @param bridgePassword of the user {@value #BRIDGE}
   */
  public static Broker start(
      Path folder,
      String host,
      int port,
      int bridgePort,
      Path keyStore,
      String keyStorePassword,
      String[] database,
      String bridgePassword)
      throws IOException, SQLException {
    Path configuration = Files.createDirectories(folder.resolve("conf"));
    Path data = Files.createDirectories(folder.resolve("data"));
    Path extensions = Files.createDirectories(folder.resolve("extensions"));
    Files.writeString(
        configuration.resolve("config.xml"),
        configuration(host, port, bridgePort, keyStore, keyStorePassword),
        StandardCharsets.UTF_8);
    quiet();
    Registry registry = new Registry(database, bridgePassword);
    EmbeddedExtension extension =
        EmbeddedExtension.builder()
            .withId("sanchi")
            .withName("Sanchi")
            .withVersion("1")
            .withAuthor("Sanchi")
            .withExtensionMain(new Extension(registry))
            .build();
    EmbeddedHiveMQ broker =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(configuration)
            .withDataFolder(data)
            .withExtensionsFolder(extensions)
            .withEmbeddedExtension(extension)
            .build();
    broker.start().join();
    return new Broker(broker, registry);
  }

  @Override
  public void close() throws IOException {
    try {
      broker.stop().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the broker did not stop cleanly", e);
    } finally {
      registry.close();
    }
  }

  private static boolean isBridge(String user) {
    return user.equals(BRIDGE) || user.startsWith(BRIDGE + "-");
  }

  /** HiveMQ's own start-up lines would drown the server's console. */
  private static void quiet() {
    ((ch.qos.logback.classic.Logger)
            org.slf4j.LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME))
        .setLevel(ch.qos.logback.classic.Level.WARN);
  }

  private static String configuration(
      String host, int port, int bridgePort, Path keyStore, String password) {
    String listener = "<port>" + port + "</port><bind-address>" + escaped(host) + "</bind-address>";
    String plain = "<tcp-listener>%s</tcp-listener>";
    String listeners =
        bridgePort == port
            ? ""
            : plain.formatted(
                "<port>" + bridgePort + "</port><bind-address>127.0.0.1</bind-address>");
    listeners +=
        keyStore == null
            ? plain.formatted(listener)
            : "<tls-tcp-listener>"
                + listener
                + "<tls><keystore><path>"
                + escaped(keyStore.toString())
                + "</path><password>"
                + escaped(password)
                + "</password><private-key-password>"
                + escaped(password)
                + "</private-key-password></keystore></tls></tls-tcp-listener>";
    return """
        <?xml version="1.0"?>
        <hivemq>
          <listeners>%s</listeners>
          <mqtt>
            <!-- An acknowledged reading must wait for the bridge however long that is away -->
            <queued-messages><max-queue-size>%d</max-queue-size><strategy>discard</strategy></queued-messages>
            <packets><max-packet-size>4096</max-packet-size></packets>
            <retained-messages><enabled>false</enabled></retained-messages>
          </mqtt>
          <persistence><mode>file</mode></persistence>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
        .formatted(listeners, 10_000_000);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private record Extension(Registry registry) implements ExtensionMain {
    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
      var authenticator = new Login(registry);
      Services.securityRegistry().setAuthenticatorProvider(provided -> authenticator);
      Services.extensionExecutorService()
          .scheduleWithFixedDelay(registry::disconnectRevoked, 2, 2, TimeUnit.SECONDS);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
      // Nothing is held that the broker does not close by itself
    }
  }

  private record Login(Registry registry) implements SimpleAuthenticator {
    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
      var async = output.async(Duration.ofSeconds(10));
      ConnectPacket connect = input.getConnectPacket();
      String user = connect.getUserName().orElse("");
      String client = input.getClientInformation().getClientId();
      byte[] password = connect.getPassword().map(Login::bytes).orElse(new byte[0]);
      Services.extensionExecutorService()
          .submit(
              () -> {
                try {
                  decide(output, user, client, password);
                } catch (SQLException e) {
                  output.failAuthentication(
                      ConnackReasonCode.SERVER_UNAVAILABLE, "the registry can't be asked");
                } finally {
                  async.resume();
                }
              });
    }

    private void decide(SimpleAuthOutput output, String user, String client, byte[] password)
        throws SQLException {
      // Else one device could take another's session over
      if (!user.equals(client)) {
        output.failAuthentication(
            ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "the client id is the user name");
        return;
      }
      TopicPermission permission = registry.permission(user, password);
      if (permission == null) {
        output.failAuthentication(
            ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, "unknown, revoked or wrong password");
        return;
      }
      if (!isBridge(user) && !bridgeTakes(permission.getTopicFilter())) {
        // What nobody has subscribed to is acknowledged and lost
        output.failAuthentication(
            ConnackReasonCode.SERVER_UNAVAILABLE, "no bridge has subscribed to this topic yet");
        return;
      }
      output.getDefaultPermissions().clear();
      output.getDefaultPermissions().add(permission);
      output
          .getDefaultPermissions()
          .setDefaultBehaviour(
              com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour.DENY);
      output.authenticateSuccessfully();
    }

    /** Whether the bridge of this very organisation is there: another one's does not count. */
    private static boolean bridgeTakes(String topic) {
      var taken = new AtomicBoolean();
      try {
        Services.subscriptionStore()
            .iterateAllSubscribersForTopic(
                topic,
                (context, subscriber) -> {
                  if (isBridge(subscriber.getClientId())) {
                    taken.set(true);
                    context.abortIteration();
                  }
                },
                Runnable::run)
            .get(5, TimeUnit.SECONDS);
        return taken.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (ExecutionException | TimeoutException e) {
        return false;
      }
    }

    private static byte[] bytes(ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }
  }

  /** The table of sensors. */
  private static final class Registry implements AutoCloseable {
    private final String[] database;
    private final byte[] bridgePassword;
    private final Set<String> sentAway = new HashSet<>();
    private Connection connection;

    Registry(String[] database, String bridgePassword) {
      this.database = database.clone();
      this.bridgePassword = bridgePassword.getBytes(StandardCharsets.UTF_8);
    }

    /** What the user may do, or null if it may not even connect. */
    TopicPermission permission(String user, byte[] password) throws SQLException {
      if (isBridge(user)) {
        return MessageDigest.isEqual(password, bridgePassword)
            ? permission("sanchi/+/+/readings", TopicPermission.MqttActivity.SUBSCRIBE)
            : null;
      }
      String organisation = organisation(user, hash(password));
      return organisation == null
          ? null
          : permission(
              "sanchi/" + organisation + "/" + user + "/readings",
              TopicPermission.MqttActivity.PUBLISH);
    }

    private static TopicPermission permission(
        String filter, TopicPermission.MqttActivity activity) {
      return Builders.topicPermission()
          .topicFilter(filter)
          .activity(activity)
          .type(TopicPermission.PermissionType.ALLOW)
          .qos(TopicPermission.Qos.ONE)
          .retain(TopicPermission.Retain.NOT_RETAINED)
          .build();
    }

    private synchronized String organisation(String sensor, byte[] hash) throws SQLException {
      for (int attempt = 0; ; attempt++) {
        try (PreparedStatement select =
            connection()
                .prepareStatement(
                    "select organisation from sensor"
                        + " where id = ? and password_hash = ? and revoked_at is null")) {
          select.setString(1, sensor);
          select.setBytes(2, hash);
          try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getString(1) : null;
          }
        } catch (SQLException e) {
          // The database was started again: one fresh connection, then it is the device's turn
          close();
          if (attempt > 0) {
            throw e;
          }
        }
      }
    }

    /** A revoked device that is connected is sent away within seconds. */
    void disconnectRevoked() {
      List<String> revoked = new ArrayList<>();
      synchronized (this) {
        try (PreparedStatement select =
                connection()
                    .prepareStatement(
                        "select id from sensor where revoked_at > now() - interval '1 hour'");
            ResultSet row = select.executeQuery()) {
          while (row.next()) {
            revoked.add(row.getString(1));
          }
        } catch (SQLException e) {
          close();
          return;
        }
        revoked.removeIf(sensor -> !sentAway.add(sensor));
      }
      for (String sensor : revoked) {
        Services.clientService().disconnectClient(sensor);
      }
    }

    private Connection connection() throws SQLException {
      if (connection == null) {
        DriverManager.setLoginTimeout(5);
        connection = DriverManager.getConnection(database[0], database[1], database[2]);
      }
      return connection;
    }

    @Override
    public synchronized void close() {
      Connection old = connection;
      connection = null;
      if (old != null) {
        try {
          old.close();
        } catch (SQLException e) {
          // It was broken anyway
        }
      }
    }
  }

  /** How passwords are kept: they are 192 random bits, so a plain hash is as good as a slow one. */
  private static byte[] hash(byte[] password) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(password);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
