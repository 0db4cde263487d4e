package jp.sanchi.server.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import jp.sanchi.server.devices.Session;
import jp.sanchi.server.platform.Failure;

/**
 * The screens that are open at this server and wait to hear that something changed. What changed is
 * a number for each organisation, in the database: so it does not matter which server did it, and
 * who was away learns on return whether it missed something.
 */
@Singleton
class OpenStreams {
  private static final Logger LOG = System.getLogger(OpenStreams.class.getName());

  /** Tabs of one key; the oldest gives way. */
  private static final int MOST_OF_A_KEY = 6;

  /** Proxies end what is silent for longer. */
  private static final long SILENCE_MS = 15_000;

  private final DataSource database;
  private final List<Stream> streams = new CopyOnWriteArrayList<>();

  @Inject
  OpenStreams(DataSource database) {
    this.database = database;
  }

  private static final class Stream {
    private final Session session;
    private final BooleanSupplier goesOn;
    private final SseEventSink sink;
    private final Sse sse;
    private long number;
    private long saidAt;

    private Stream(
        Session session, BooleanSupplier goesOn, SseEventSink sink, Sse sse, long number) {
      this.session = session;
      this.goesOn = goesOn;
      this.sink = sink;
      this.sse = sse;
      this.number = number;
    }

    private void send(String name, long now) {
      saidAt = now;
      OutboundSseEvent event =
          sse.newEventBuilder()
              .name(name)
              .id(Long.toString(number))
              .mediaType(MediaType.TEXT_PLAIN_TYPE)
              .data(Long.toString(number))
              .build();
      sink.send(event);
    }
  }

  /**
   * Takes a stream over. What changes while it is being opened, the next turn finds: it compares
   * numbers.
   *
   * @param goesOn whether its session does
   * @param last the number that the screen heard last, if it was here before
   */
  void open(
      Session session, BooleanSupplier goesOn, SseEventSink sink, Sse sse, Optional<Long> last) {
    long now = System.currentTimeMillis();
    long newest = newest(List.of(session.organisation())).getOrDefault(session.organisation(), 0L);
    Stream stream = new Stream(session, goesOn, sink, sse, newest);
    stream.send(last.isPresent() && last.get() != newest ? "changed" : "open", now);
    streams.add(stream);
    List<Stream> own =
        streams.stream().filter(one -> one.session.kid().equals(session.kid())).toList();
    for (int i = 0; i < own.size() - MOST_OF_A_KEY; i++) {
      close(own.get(i));
    }
  }

  /** Tells each screen what is new for it, and lets go of those that are gone. */
  void turn() {
    if (streams.isEmpty()) {
      return;
    }
    long now = System.currentTimeMillis();
    Map<String, Long> newest =
        newest(streams.stream().map(one -> one.session.organisation()).distinct().toList());
    for (Stream stream : streams) {
      try {
        long number = newest.getOrDefault(stream.session.organisation(), 0L);
        boolean changed = number != stream.number;
        boolean silent = now - stream.saidAt > SILENCE_MS;
        if (stream.sink.isClosed() || (changed || silent) && !stream.goesOn.getAsBoolean()) {
          close(stream);
        } else if (changed || silent) {
          stream.number = number;
          stream.send(changed ? "changed" : "open", now);
        }
      } catch (RuntimeException e) {
        LOG.log(Level.DEBUG, "a screen is gone", e);
        close(stream);
      }
    }
  }

  void closeAll() {
    streams.forEach(this::close);
  }

  private void close(Stream stream) {
    streams.remove(stream);
    try {
      stream.sink.close();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "a screen was gone before", e);
    }
  }

  /**
   * By organisation, a number that another one takes the place of whenever something changes for it
   * or for whom it may record. A sum: the largest one would hide a change whose number was taken
   * early and committed late.
   */
  Map<String, Long> newest(List<String> glns) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select v.gln, sum(c.number)::bigint from unnest(?::text[]) v (gln)
                join lateral (
                  select v.gln as of union select organisation from agent where agent = v.gln) s
                  on true
                join office_change c on c.gln = s.of group by v.gln
                """)) {
      Array wanted = connection.createArrayOf("text", glns.toArray());
      select.setArray(1, wanted);
      Map<String, Long> numbers = new HashMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          numbers.put(row.getString(1), row.getLong(2));
        }
      }
      return numbers;
    } catch (SQLException e) {
      throw new Failure("changes can't be read", e);
    }
  }
}
