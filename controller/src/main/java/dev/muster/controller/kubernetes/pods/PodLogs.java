package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.workload.RankLogs;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads the output of ranks from the API server, for as long as their pods are kept. More is asked for only as the reader
 * takes it, and no thread waits meanwhile, so that a slow reader costs one connection.
 */
public final class PodLogs implements RankLogs {

    private static final int LONGEST_EXPLANATION = 400;

    private final KubernetesClient client;
    private final ClusterModel model;
    private final int mostStreams;
    private final AtomicInteger streams = new AtomicInteger();

    /** @param mostStreams how many outputs are read at a time; further ones are refused with a notice */
    public PodLogs(KubernetesClient client, ClusterModel model, int mostStreams) {
        this.client = client;
        this.model = model;
        this.mostStreams = mostStreams;
    }

    @Override
    public Optional<Handle> openLog(
            String host, String jobUid, int epoch, int rank, int tailLines, boolean follow, Sink sink) {
        return model.jobByUid(jobUid).map(job -> {
            String pod = PodNames.pod(job.key().name(), epoch, rank);
            Stream stream = new Stream(sink, "pod " + job.key().namespace() + "/" + pod);
            if (streams.incrementAndGet() > mostStreams) {
                stream.end("too many outputs are being read (" + mostStreams
                        + "); try again when others have closed theirs");
            } else {
                stream.open(path(job.key().namespace(), pod, tailLines, follow));
            }
            return stream;
        });
    }

    private static String path(String namespace, String pod, int tailLines, boolean follow) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + pod + "/log?container=" + GangPlan.CONTAINER
                + (tailLines > 0 ? "&tailLines=" + tailLines : "")
                + (follow ? "&follow=true" : "");
    }

    /** One pod's output on its way to one reader. */
    private final class Stream implements Handle {
        private final Sink sink;
        private final String what;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final StringBuilder refusal = new StringBuilder();
        private volatile Optional<AsyncBody> body = Optional.empty();
        private volatile boolean refused;

        private Stream(Sink sink, String what) {
            this.sink = sink;
            this.what = what;
        }

        private void open(String path) {
            String url = client.getConfiguration().getMasterUrl().replaceAll("/$", "");
            HttpClient http = client.getHttpClient();
            HttpRequest request =
                    http.newHttpRequestBuilder().uri(url + path).forStreaming().build();
            var unused = http.consumeBytes(request, this::take).whenComplete((response, failure) -> {
                if (failure == null) {
                    read(response);
                } else {
                    end(what + " cannot be read now: " + failure.getMessage());
                }
            });
        }

        private void read(HttpResponse<AsyncBody> response) {
            refused = response.code() >= 300;
            body = Optional.of(response.body());
            var unused = response.body().done().whenComplete((done, failure) -> finish(response.code(), failure));
            if (ended.get()) {
                response.body().cancel();
            } else {
                response.body().consume();
            }
        }

        private void take(List<ByteBuffer> buffers, AsyncBody from) {
            byte[] bytes = joined(buffers);
            if (ended.get()) {
                from.cancel();
            } else if (refused || bytes.length == 0) {
                if (refusal.length() < LONGEST_EXPLANATION) {
                    refusal.append(new String(bytes, StandardCharsets.UTF_8));
                }
                from.consume();
            } else {
                sink.data(bytes, from::consume);
            }
        }

        private void finish(int code, Throwable failure) {
            if (code == 404) {
                end(what + " is not kept any more");
            } else if (refused) {
                end(what + " cannot be read: " + words());
            } else if (failure != null) {
                end("the connection was lost; output of " + what + " may be incomplete");
            } else {
                end("");
            }
        }

        private String words() {
            try {
                return client.getKubernetesSerialization()
                        .unmarshal(refusal.toString(), Status.class)
                        .getMessage();
            } catch (RuntimeException noStatus) {
                return refusal.toString();
            }
        }

        private void end(String notice) {
            if (ended.compareAndSet(false, true)) {
                streams.decrementAndGet();
                if (!notice.isEmpty()) {
                    sink.notice(notice);
                }
                sink.ended();
            }
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                streams.decrementAndGet();
                body.ifPresent(AsyncBody::cancel);
            }
        }
    }

    private static byte[] joined(List<ByteBuffer> buffers) {
        int length = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        buffers.forEach(all::put);
        return all.array();
    }
}
