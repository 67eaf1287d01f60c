package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.kubernetes.pods.ApiCall.BindPod;
import dev.muster.controller.kubernetes.pods.ApiCall.CreatePod;
import dev.muster.controller.kubernetes.pods.ApiCall.CreateService;
import dev.muster.controller.kubernetes.pods.ApiCall.DeletePod;
import dev.muster.controller.kubernetes.pods.ApiCall.DeleteService;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls to the API server, one attempt each: who repeats them, and when, decides whoever asked. Never blocks; the
 * client below is used without its own retries, so that a call that is overtaken is not made again behind everybody's back.
 */
final class ApiCalls {

    private static final Logger LOG = LoggerFactory.getLogger(ApiCalls.class);

    private final String masterUrl;
    private final HttpClient http;
    private final KubernetesSerialization serialization;
    private final Duration timeout;

    ApiCalls(KubernetesClient client, Duration timeout) {
        String url = client.getConfiguration().getMasterUrl();
        this.masterUrl = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.http = client.getHttpClient()
                .newBuilder()
                .tag(new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        this.serialization = client.getKubernetesSerialization();
        this.timeout = timeout;
    }

    CompletableFuture<Answer> send(ApiCall call) {
        return sent(call).exceptionally(failure -> new Answer.NotNow(words(failure), Optional.empty()));
    }

    private static String words(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String said = cause.getMessage();
        return said == null ? cause.getClass().getSimpleName() : said;
    }

    private CompletableFuture<Answer> sent(ApiCall call) {
        if (call instanceof CreateService create) {
            return create(
                    create.service(), services(create.service().getMetadata().getNamespace()), Service.class);
        }
        if (call instanceof CreatePod create) {
            return create(create.pod(), pods(create.pod().getMetadata().getNamespace()), Pod.class);
        }
        if (call instanceof BindPod bind) {
            return bind(bind);
        }
        if (call instanceof DeletePod delete) {
            String path = pods(delete.namespace()) + "/" + delete.name();
            return delete.uid()
                    .map(uid -> delete(path, uid, delete.graceSeconds()))
                    .orElseGet(() -> deleteOurs(path, Pod.class, delete.gang(), delete.graceSeconds()));
        }
        DeleteService delete = (DeleteService) call;
        return deleteOurs(services(delete.namespace()) + "/" + delete.name(), Service.class, delete.gang(), 0);
    }

    private static String pods(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    private static String services(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/services";
    }

    private CompletableFuture<Answer> create(HasMetadata object, String path, Class<? extends HasMetadata> type) {
        String json = serialization.asJson(object);
        return request("POST", path, Optional.of(json)).thenCompose(response -> {
            if (response.code() == 409) {
                return get(path + "/" + object.getMetadata().getName(), type)
                        .thenApply(present -> whoseIs(object, present));
            }
            Answer answer = response.code() == 404
                    ? new Answer.Refused(words(response))
                    : answer(
                            response,
                            body -> new Answer.Done(serialization
                                    .unmarshal(body, type)
                                    .getMetadata()
                                    .getUid()));
            return CompletableFuture.completedFuture(answer);
        });
    }

    /** An object of the name is there: this gang's, from a call that got no answer, or another's. */
    private static Answer whoseIs(HasMetadata wanted, Optional<? extends HasMetadata> present) {
        if (present.isEmpty()) {
            return new Answer.NotNow("it was there a moment ago", Optional.empty());
        }
        ObjectMeta found = present.get().getMetadata();
        String what = wanted.getKind().toLowerCase(Locale.ROOT) + " " + found.getNamespace() + "/" + found.getName();
        if (gangOf(found).equals(gangOf(wanted.getMetadata()))) {
            return new Answer.Done(found.getUid());
        }
        return gangOf(found).isPresent()
                ? new Answer.NotNow(what + " of an earlier job is still there", Optional.empty())
                : new Answer.Refused(what + " exists and is not Muster's; remove it or give the job another name");
    }

    private static Optional<GangKey> gangOf(ObjectMeta metadata) {
        Map<String, String> labels = metadata.getLabels() == null ? Map.of() : metadata.getLabels();
        String attempt = labels.getOrDefault(PodLabels.ATTEMPT, "");
        return Optional.ofNullable(labels.get(PodLabels.JOB_UID))
                .filter(uid -> attempt.matches("[0-9]{1,9}"))
                .map(uid -> new GangKey(uid, Integer.parseInt(attempt)));
    }

    private CompletableFuture<Answer> bind(BindPod bind) {
        String path = pods(bind.namespace()) + "/" + bind.name();
        String json = serialization.asJson(new BindingBuilder()
                .withNewMetadata()
                .withName(bind.name())
                .withNamespace(bind.namespace())
                .withUid(bind.uid())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(bind.node())
                .endTarget()
                .build());
        return request("POST", path + "/binding", Optional.of(json))
                .thenCompose(response -> response.code() == 409
                        ? get(path, Pod.class).thenApply(present -> isBound(bind, present, words(response)))
                        : CompletableFuture.completedFuture(answer(response, body -> new Answer.Done(bind.uid()))));
    }

    private static Answer isBound(BindPod bind, Optional<Pod> present, String words) {
        Optional<Pod> same = present.filter(pod -> pod.getMetadata().getUid().equals(bind.uid()));
        if (same.isEmpty()) {
            return new Answer.Gone();
        }
        return bind.node().equals(same.get().getSpec().getNodeName())
                ? new Answer.Done(bind.uid())
                : new Answer.Refused(words);
    }

    private CompletableFuture<Answer> deleteOurs(
            String path, Class<? extends HasMetadata> type, GangKey gang, long graceSeconds) {
        return get(path, type)
                .thenCompose(present -> present.map(HasMetadata::getMetadata)
                        .filter(found -> gangOf(found).filter(gang::equals).isPresent())
                        .map(found -> delete(path, found.getUid(), graceSeconds))
                        .orElseGet(() -> CompletableFuture.completedFuture(new Answer.Gone())));
    }

    private CompletableFuture<Answer> delete(String path, String uid, long graceSeconds) {
        DeleteOptions options = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(graceSeconds)
                .withPropagationPolicy("Background")
                .withNewPreconditions()
                .withUid(uid)
                .endPreconditions()
                .build();
        return request("DELETE", path, Optional.of(serialization.asJson(options)))
                .thenApply(response -> response.code() == 409 && words(response).contains("UID")
                        ? new Answer.Gone()
                        : answer(response, body -> new Answer.Done(uid)));
    }

    private <T extends HasMetadata> CompletableFuture<Optional<T>> get(String path, Class<T> type) {
        return request("GET", path, Optional.empty()).thenApply(response -> {
            if (response.code() == 404) {
                return Optional.empty();
            }
            if (response.code() >= 300) {
                throw new IllegalStateException(words(response));
            }
            return Optional.of(serialization.unmarshal(response.body(), type));
        });
    }

    private CompletableFuture<HttpResponse<String>> request(String method, String path, Optional<String> json) {
        HttpRequest.Builder request = http.newHttpRequestBuilder()
                .uri(masterUrl + path)
                .method(method, "application/json", json.orElse(null))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return http.sendAsync(request.build(), String.class).whenComplete((response, failure) -> {
            if (LOG.isDebugEnabled()) {
                LOG.debug("{} {}: {}", method, path, failure == null ? response.code() : words(failure));
            }
        });
    }

    private Answer answer(HttpResponse<String> response, Function<String, Answer> whenDone) {
        int code = response.code();
        if (code < 300) {
            return whenDone.apply(response.body());
        }
        if (code == 404) {
            return new Answer.Gone();
        }
        boolean notNow = code == 409 || code == 408 || code == 429 || code >= 500;
        return notNow ? new Answer.NotNow(words(response), retryAfter(response)) : new Answer.Refused(words(response));
    }

    private static Optional<Duration> retryAfter(HttpResponse<String> response) {
        return Optional.ofNullable(response.header("Retry-After"))
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    private String words(HttpResponse<String> response) {
        try {
            String message =
                    serialization.unmarshal(response.body(), Status.class).getMessage();
            return message == null ? "HTTP status " + response.code() : message;
        } catch (RuntimeException noStatus) {
            return "HTTP status " + response.code();
        }
    }
}
