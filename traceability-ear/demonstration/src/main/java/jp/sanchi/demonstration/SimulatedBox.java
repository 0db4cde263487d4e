package jp.sanchi.demonstration;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Json;

/**
 * A device for trying a registration before there is one: {@code SimulatedBox BROKER USER PASSWORD
 * TOPIC}, as the console shows them; its readings come from standard input, one a line, as time (ms
 * since 1970) and degrees Celsius. Ends when all are acknowledged.
 */
public final class SimulatedBox {
  private static final int PLAIN_PORT = 1883;
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  private SimulatedBox() {}

  public static void main(String[] settings) throws IOException, InterruptedException {
    URI broker = URI.create(settings[0]);
    String device = settings[1];
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(device)
            .serverHost(broker.getHost())
            .serverPort(broker.getPort() < 0 ? PLAIN_PORT : broker.getPort())
            .simpleAuth()
            .username(device)
            .password(settings[2].getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    connect(client);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    long seq = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] reading = line.strip().split(" ", 2);
      Json.Obj message =
          Json.object(
              "device",
              device,
              "seq",
              ++seq,
              "time",
              Long.parseLong(reading[0]),
              "values",
              Json.object("temperature", Math.round(Double.parseDouble(reading[1]) * 100)));
      client
          .publishWith()
          .topic(settings[3])
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(message.canonical())
          .send();
    }
    client.disconnect();
    System.out.println(seq + " readings");
  }

  /** Nobody gets in before the organisation's bridge is there. */
  private static void connect(Mqtt5BlockingClient client) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NS;
    while (true) {
      try {
        client.connect();
        return;
      } catch (Mqtt5ConnAckException e) {
        boolean early =
            e.getMqttMessage().getReasonCode() == Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE;
        if (!early || System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(300);
      }
    }
  }
}
