package dev.muster.controller.kubernetes.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.testing.FaultyProxy.Call;
import dev.muster.controller.kubernetes.testing.FaultyProxy.Fault;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class FaultyProxyTest {

    private final ApiServerProcess server;

    FaultyProxyTest(ApiServerProcess server) {
        this.server = server;
    }

    private KubernetesClient through(FaultyProxy proxy) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(server.config(proxy.url()))
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    private static ConfigMap map(String namespace, String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build();
    }

    @Test
    void plannedFaultsHappenAsOftenAsPlanned() {
        try (FaultyProxy proxy = FaultyProxy.before(server);
                KubernetesClient client = through(proxy)) {
            String namespace = ApiServer.freshNamespace(client);
            proxy.plan(Call::isWrite, Fault.status(500), 1);
            assertThatThrownBy(() -> client.resource(map(namespace, "one")).create())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            refused -> assertThat(refused.getCode()).isEqualTo(500));
            assertThat(client.configMaps().inNamespace(namespace).list().getItems())
                    .isEmpty();
            assertThat(proxy.left()).isZero();
            client.resource(map(namespace, "one")).create();
        }
    }

    @Test
    void anAnswerIsLostThoughTheServerDidIt() {
        try (FaultyProxy proxy = FaultyProxy.before(server);
                KubernetesClient client = through(proxy)) {
            String namespace = ApiServer.freshNamespace(client);
            proxy.plan(Call::isWrite, Fault.lostAnswer(), 1);
            assertThatThrownBy(() -> client.resource(map(namespace, "one")).create())
                    .isInstanceOf(KubernetesClientException.class);
            assertThat(client.configMaps().inNamespace(namespace).list().getItems())
                    .hasSize(1);
        }
    }

    @Test
    void anInformerLivesThroughAnOutage() {
        try (FaultyProxy proxy = FaultyProxy.before(server);
                KubernetesClient client = through(proxy);
                KubernetesClient direct = server.client()) {
            String namespace = ApiServer.freshNamespace(direct);
            try (SharedIndexInformer<ConfigMap> informer =
                    client.configMaps().inNamespace(namespace).inform(new Deaf())) {
                direct.resource(map(namespace, "before")).create();
                await().until(() -> informer.getStore().list().size() == 1);
                proxy.down();
                direct.resource(map(namespace, "meanwhile")).create();
                assertThatThrownBy(
                                () -> client.configMaps().inNamespace(namespace).list())
                        .isInstanceOf(KubernetesClientException.class);
                proxy.up();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> informer.getStore().list().size() == 2);
            }
        }
    }

    private static final class Deaf implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap made) {}

        @Override
        public void onUpdate(ConfigMap before, ConfigMap after) {}

        @Override
        public void onDelete(ConfigMap gone, boolean finalStateUnknown) {}
    }
}
