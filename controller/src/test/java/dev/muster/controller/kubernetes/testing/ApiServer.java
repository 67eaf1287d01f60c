package dev.muster.controller.kubernetes.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test the API server as a parameter of type {@link ApiServerProcess}: one for all classes of the run, since it
 * takes seconds to start. A test works in a namespace of its own and removes what it makes outside namespaces.
 */
public final class ApiServer implements BeforeAllCallback, ParameterResolver {

    private static final Namespace STORE = Namespace.create(ApiServer.class);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    /** Closed by JUnit when the last class has run. */
    private record Running(ApiServerProcess server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }

    /** Makes a namespace that no other test has. */
    public static String freshNamespace(KubernetesClient client) {
        String name = "test-" + NAMESPACES.incrementAndGet();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        server(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ApiServerProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return server(context);
    }

    private static ApiServerProcess server(ExtensionContext context) {
        return context.getRoot()
                .getStore(STORE)
                .getOrComputeIfAbsent("server", key -> new Running(ApiServerProcess.start()), Running.class)
                .server();
    }
}
