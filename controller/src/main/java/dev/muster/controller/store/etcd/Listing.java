package dev.muster.controller.store.etcd;

import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Page;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Pages that are bounded in bytes, which etcd itself does not offer. The first few entries show how large they are; then
 * the rest is asked for, as many as should fit, at the revision of the first.
 */
final class Listing {

    private static final int FIRST_ENTRIES = 16;
    private static final long MAX_PAGE_BYTES = 3_000_000;

    private final EtcdConnection connection;

    Listing(EtcdConnection connection) {
        this.connection = connection;
    }

    Page page(String prefix, Optional<String> afterKey, int limit) throws ExecutionException {
        String from = afterKey.filter(after -> after.compareTo(prefix) >= 0)
                .map(after -> after + '\0')
                .orElse(prefix);
        ByteSequence end = Texts.endOf(prefix);
        int first = Math.min(limit, FIRST_ENTRIES);
        GetResponse response = read(from, end, first, 0);
        long revision = response.getHeader().getRevision();
        Collected page = new Collected();
        boolean fits = page.addAll(response.getKvs());
        boolean more = !fits || response.isMore();
        int rest = more && fits ? page.roomFor(limit - first) : 0;
        if (rest > 0) {
            more = readRest(page, end, rest, revision);
        }
        return new Page(page.entries, revision, more);
    }

    private boolean readRest(Collected page, ByteSequence end, int limit, long revision) throws ExecutionException {
        try {
            GetResponse response = read(page.lastKey() + '\0', end, limit, revision);
            return !page.addAll(response.getKvs()) || response.isMore();
        } catch (ExecutionException failure) {
            if (Failures.isReplyTooLarge(failure) || Failures.isCompacted(failure)) {
                return true;
            }
            throw failure;
        }
    }

    private GetResponse read(String from, ByteSequence end, int limit, long revision) throws ExecutionException {
        GetOption option = GetOption.builder()
                .withRange(end)
                .withLimit(limit)
                .withRevision(revision)
                .build();
        return connection.ask(client -> client.getKVClient().get(Texts.bytes(from), option));
    }

    private static final class Collected {
        final List<Entry> entries = new ArrayList<>();
        long bytes;

        /** Whether all of them fit. */
        boolean addAll(List<KeyValue> stored) {
            for (KeyValue each : stored) {
                long size = (long) each.getKey().size() + each.getValue().size();
                if (!entries.isEmpty() && bytes + size > MAX_PAGE_BYTES) {
                    return false;
                }
                entries.add(Texts.entry(each));
                bytes += size;
            }
            return true;
        }

        String lastKey() {
            return entries.get(entries.size() - 1).key();
        }

        /** How many more of the same size fit, up to a limit. */
        int roomFor(int wanted) {
            long average = Math.max(1, bytes / entries.size());
            return (int) Math.min(wanted, (MAX_PAGE_BYTES - bytes) / average);
        }
    }
}
