package dev.muster.controller.store.etcd;

import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes sure, before anybody decides anything, that this etcd is one we can work with. */
final class MemberCheck {

    private static final int MAJOR = 3;
    private static final int OLDEST_MINOR = 4;
    private static final long STATUS_MILLIS = 2_000;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private MemberCheck() {}

    /** Reads once, which needs a quorum and the right user, then asks the members that answer for their release. */
    static void check(EtcdSettings settings, EtcdConnection connection) {
        String name = settings.name();
        try {
            var unused = connection.ask(client -> client.getKVClient().get(Texts.bytes(KeySpace.ROOT)));
        } catch (ExecutionException failure) {
            throw Failures.of(name, failure);
        } catch (StoreException.Unavailable unanswered) {
            throw EtcdConnection.whyUnreachable(settings)
                    .map(why -> Failures.of(name, why))
                    .orElse(unanswered);
        }
        for (CompletableFuture<Optional<String>> release : releases(settings, connection)) {
            release.join().ifPresent(version -> requireRelease(name, version));
        }
    }

    /** Of each member; empty where it does not answer, for a cluster works without some of its members. */
    private static List<CompletableFuture<Optional<String>>> releases(
            EtcdSettings settings, EtcdConnection connection) {
        return settings.endpoints().stream()
                .map(endpoint -> connection
                        .client()
                        .getMaintenanceClient()
                        .statusMember("ip:///" + endpoint)
                        .orTimeout(STATUS_MILLIS, TimeUnit.MILLISECONDS)
                        .handle((status, failure) ->
                                status == null ? Optional.<String>empty() : Optional.of(status.getVersion())))
                .toList();
    }

    static void requireRelease(String name, String version) {
        Matcher parts = VERSION.matcher(version);
        boolean known = parts.matches();
        int major = known ? Integer.parseInt(parts.group(1)) : 0;
        int minor = known ? Integer.parseInt(parts.group(2)) : 0;
        if (major != MAJOR || minor < OLDEST_MINOR) {
            throw new StoreException.Unavailable(
                    name + " is of release " + version + "; Muster works with " + MAJOR + "." + OLDEST_MINOR
                            + " or a later " + MAJOR + ".x: upgrade etcd",
                    null);
        }
    }
}
