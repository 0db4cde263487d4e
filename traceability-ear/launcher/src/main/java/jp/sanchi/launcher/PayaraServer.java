package jp.sanchi.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.glassfish.embeddable.BootstrapProperties;
import org.glassfish.embeddable.GlassFish;
import org.glassfish.embeddable.GlassFishException;
import org.glassfish.embeddable.GlassFishProperties;
import org.glassfish.embeddable.GlassFishRuntime;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Payara Server inside this JVM, with one listener and nothing else: no administration, JMX, IIOP,
 * JMS or cluster, since each would be a port open to everyone. The instance folder is written anew
 * at every start, so that nothing in it can be out of date.
 */
final class PayaraServer implements AutoCloseable {
  private static final String LISTENER = "http-listener-1";
  private static final String LOOPBACK = "127.0.0.1";
  private static final Set<String> OTHER_LISTENERS =
      Set.of(
          "http-listener-2",
          "admin-listener",
          "sec-admin-listener",
          "pu-protocol",
          "admin-http-redirect",
          "__asadmin");

  private final GlassFishRuntime runtime;
  private final GlassFish server;
  private final Gate gate;

  private PayaraServer(GlassFishRuntime runtime, GlassFish server, Gate gate) {
    this.runtime = runtime;
    this.server = server;
    this.gate = gate;
  }

  static PayaraServer start(Settings settings, DataFolder data)
      throws IOException, GlassFishException {
    Path root = settings.home().resolve("payara6").resolve("glassfish");
    Path instance = data.resolve("payara");
    Folders.delete(instance);
    Folders.copy(
        root.resolve("domains").resolve("domain1").resolve("config"), instance.resolve("config"));
    for (String folder : List.of("docroot", "applications", "generated", "lib", "logs")) {
      Files.createDirectories(instance.resolve(folder));
    }
    Path keys = instance.resolve("config").resolve("keystore.p12");
    // A copy: the boxes' broker serves from it, too
    Files.copy(
        data.resolve("payara.keystore"),
        keys,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    writeConfiguration(settings, instance.resolve("config").resolve("domain.xml"));

    System.setProperty("com.sun.aas.installRoot", root.toString());
    System.setProperty("com.sun.aas.instanceRoot", instance.toString());
    System.setProperty("javax.net.ssl.keyStore", keys.toString());
    System.setProperty("javax.net.ssl.keyStorePassword", "changeit");
    System.setProperty(
        "javax.net.ssl.trustStore", instance.resolve("config").resolve("cacerts.p12").toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    System.setProperty(
        "java.security.auth.login.config",
        instance.resolve("config").resolve("login.conf").toString());
    System.setProperty("java.awt.headless", "true");
    System.setProperty(
        "org.glassfish.grizzly.DEFAULT_MEMORY_MANAGER",
        "org.glassfish.grizzly.memory.HeapMemoryManager");
    System.setProperty("org.jboss.weld.serialization.beanIdentifierIndexOptimization", "false");

    var bootstrap = new BootstrapProperties();
    bootstrap.setInstallRoot(root.toString());
    var runtime = GlassFishRuntime.bootstrap(bootstrap, PayaraServer.class.getClassLoader());
    var properties = new GlassFishProperties();
    properties.setInstanceRoot(instance.toString());
    properties.setConfigFileReadOnly(true);
    GlassFish server = runtime.newGlassFish(properties);
    server.start();
    var gate = new Gate();
    TCPNIOTransport transport = transport(server);
    FilterChain filters = (FilterChain) transport.getProcessor();
    int parsed = filters.indexOfType(HttpServerFilter.class) + 1;
    filters.add(parsed, new ReadableAddresses());
    filters.add(parsed, gate);
    // Payara has listened where nobody looks until now
    transport.unbindAll();
    transport.bind(settings.host(), settings.port());
    return new PayaraServer(runtime, server, gate);
  }

  /** The sockets of the listener; its processor is what every byte of them passes through. */
  private static TCPNIOTransport transport(GlassFish server) throws GlassFishException {
    try {
      Class<?> listeners = Class.forName("org.glassfish.grizzly.config.dom.NetworkListener");
      Class<?> services = Class.forName("com.sun.enterprise.v3.services.impl.GrizzlyService");
      Object proxy =
          services
              .getMethod("lookupNetworkProxy", listeners)
              .invoke(server.getService(services), server.getService(listeners, LISTENER));
      Object grizzly = proxy.getClass().getMethod("getUnderlyingListener").invoke(proxy);
      return (TCPNIOTransport) grizzly.getClass().getMethod("getTransport").invoke(grizzly);
    } catch (ReflectiveOperationException e) {
      throw new GlassFishException("Payara's listener is not as expected", e);
    }
  }

  void deploy(Path ear) throws GlassFishException {
    if (server.getDeployer().deploy(ear.toFile(), "--name=sanchi") == null) {
      throw new GlassFishException("the deployment of " + ear.getFileName() + " failed");
    }
    gate.open();
  }

  @Override
  public void close() throws GlassFishException {
    gate.close();
    server.stop();
    server.dispose();
    runtime.shutdown();
  }

  private static void writeConfiguration(Settings settings, Path file) throws IOException {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Document document = factory.newDocumentBuilder().parse(file.toFile());
      for (Element element : elements(document, "*")) {
        if (element.getParentNode() == null) {
          continue;
        }
        switch (element.getTagName()) {
          // The template for clusters; nobody refers to it
          case "config" -> removeIf(element, "default-config".equals(element.getAttribute("name")));
          case "protocol", "network-listener" ->
              removeIf(element, OTHER_LISTENERS.contains(element.getAttribute("name")));
          case "virtual-server" -> {
            removeIf(element, OTHER_LISTENERS.contains(element.getAttribute("id")));
            element.setAttribute("network-listeners", LISTENER);
          }
          case "iiop-listener", "jmx-connector", "hazelcast-config-specific-configuration" ->
              element.setAttribute("enabled", "false");
          case "hazelcast-runtime-configuration" -> element.setAttribute("generate-names", "false");
          case "http" -> {
            element.setAttribute("xpowered-by", "false");
            element.setAttribute("server-header", "false");
            // A lot's name may hold a slash
            element.setAttribute("encoded-slash-enabled", "true");
            // So that the application says what is wrong, and not Grizzly an empty 400
            element.setAttribute("allow-payload-for-undefined-http-methods", "true");
            // Scripts and styles shrink to a third; what the REST API sends is compressed already
            element.setAttribute("compression", "on");
            element.setAttribute("compression-min-size-bytes", "2048");
            element.setAttribute("compressable-mime-type", "text/html,text/css,text/javascript");
          }
          case "thread-pool" -> {
            if ("http-thread-pool".equals(element.getAttribute("name"))) {
              element.setAttribute("min-thread-pool-size", "8");
              element.setAttribute("max-thread-pool-size", "64");
            }
          }
          default -> {}
        }
      }
      for (Element config : elements(document, "config")) {
        // Not there means the default, which opens a port for JMS on all interfaces
        Element messages = document.createElement("jms-service");
        messages.setAttribute("type", "DISABLED");
        messages.setAttribute("default-jms-host", "default_JMS_host");
        Element host = document.createElement("jms-host");
        host.setAttribute("name", "default_JMS_host");
        host.setAttribute("lazy-init", "false");
        messages.appendChild(host);
        config.appendChild(messages);
      }
      for (Element listener : elements(document, "network-listener")) {
        listener.setAttribute("address", LOOPBACK);
        listener.setAttribute("port", Integer.toString(freePort()));
      }
      if (settings.secure()) {
        for (Element protocol : elements(document, "protocol")) {
          protocol.setAttribute("security-enabled", "true");
          for (Element ssl : elements(protocol, "ssl")) {
            ssl.setAttribute("cert-nickname", Tls.ALIAS);
            ssl.setAttribute("tls11-enabled", "false");
            ssl.setAttribute("tls-enabled", "false");
          }
        }
      }
      var transformers = TransformerFactory.newInstance();
      transformers.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      transformers
          .newTransformer()
          .transform(new DOMSource(document), new StreamResult(file.toFile()));
    } catch (ParserConfigurationException | SAXException | TransformerException e) {
      throw new IOException("Payara's configuration can't be read", e);
    }
  }

  /** A copy, because the live list shrinks while its elements are removed. */
  private static List<Element> elements(Node parent, String name) {
    var found =
        parent instanceof Document document
            ? document.getElementsByTagName(name)
            : ((Element) parent).getElementsByTagName(name);
    return java.util.stream.IntStream.range(0, found.getLength())
        .mapToObj(index -> (Element) found.item(index))
        .toList();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      return socket.getLocalPort();
    }
  }

  private static void removeIf(Element element, boolean condition) {
    if (condition) {
      element.getParentNode().removeChild(element);
    }
  }
}
