package dev.muster.controller.store.etcd;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Transactions of the port as transactions of etcd. */
final class Commits {

    private final EtcdConnection connection;

    Commits(EtcdConnection connection) {
        this.connection = connection;
    }

    /** One transaction by itself; the conditions' keys are read along with it where it does not apply. */
    CommitResult commit(Transaction transaction) throws ExecutionException {
        try {
            TxnResponse response = connection.ask(client -> send(client, transaction, true));
            return response.isSucceeded()
                    ? new CommitResult.Committed(response.getHeader().getRevision())
                    : conflict(transaction, response);
        } catch (ExecutionException failure) {
            refuse(transaction, failure);
            throw failure;
        }
    }

    /**
     * Several at once; empty where they have to be tried one by one, because of a condition that does not hold or of a
     * lease that has ended: nothing was done then.
     */
    OptionalLong commitTogether(List<CommitRequest> requests) throws ExecutionException {
        CommitGroup group = new CommitGroup();
        requests.forEach(group::add);
        try {
            TxnResponse response = connection.ask(client -> send(client, group.transaction(), false));
            return response.isSucceeded() ? OptionalLong.of(response.getHeader().getRevision()) : OptionalLong.empty();
        } catch (ExecutionException failure) {
            if (Failures.isLeaseNotFound(failure) || Failures.isTooLarge(failure)) {
                return OptionalLong.empty();
            }
            throw failure;
        }
    }

    private static CompletableFuture<TxnResponse> send(Client client, Transaction transaction, boolean readConflict) {
        Txn txn = client.getKVClient()
                .txn()
                .If(transaction.conditions().stream().map(Commits::compare).toArray(Cmp[]::new))
                .Then(transaction.writes().stream().map(Commits::write).toArray(Op[]::new));
        if (readConflict) {
            txn = txn.Else(transaction.conditions().stream()
                    .map(Condition::key)
                    .distinct()
                    .map(key -> Op.get(Texts.bytes(key), GetOption.DEFAULT))
                    .toArray(Op[]::new));
        }
        return txn.commit();
    }

    private static Cmp compare(Condition condition) {
        var key = Texts.bytes(condition.key());
        if (condition instanceof Condition.ModifiedAt modified) {
            // To etcd a key that does not exist was modified at 0; to the port it never was.
            return modified.modRevision() > 0
                    ? new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(modified.modRevision()))
                    : new Cmp(key, Cmp.Op.LESS, CmpTarget.modRevision(0));
        }
        return condition instanceof Condition.Absent
                ? new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(0))
                : new Cmp(key, Cmp.Op.GREATER, CmpTarget.createRevision(0));
    }

    private static Op write(StoreWrite write) {
        var key = Texts.bytes(write.key());
        if (write instanceof StoreWrite.Put put) {
            PutOption.Builder option = PutOption.builder();
            put.lease().ifPresent(option::withLeaseId);
            return Op.put(key, io.etcd.jetcd.ByteSequence.from(put.value()), option.build());
        }
        return Op.delete(key, DeleteOption.DEFAULT);
    }

    private static CommitResult conflict(Transaction transaction, TxnResponse response) {
        Map<String, Entry> actual = new HashMap<>();
        for (GetResponse read : response.getGetResponses()) {
            for (KeyValue stored : read.getKvs()) {
                Entry entry = Texts.entry(stored);
                actual.put(entry.key(), entry);
            }
        }
        for (Condition condition : transaction.conditions()) {
            Optional<Entry> found = Optional.ofNullable(actual.get(condition.key()));
            if (!condition.holds(found)) {
                return new CommitResult.Conflict(condition, found);
            }
        }
        throw new IllegalStateException("etcd refused " + transaction.conditions() + ", and all of them hold");
    }

    /**
     * Throws where etcd said no and did nothing. Only a put with a lease can miss one; where several do, the first is as
     * good a guess as any.
     */
    private static void refuse(Transaction transaction, ExecutionException failure) {
        if (Failures.isLeaseNotFound(failure)) {
            for (StoreWrite write : transaction.writes()) {
                if (write instanceof StoreWrite.Put put && put.lease().isPresent()) {
                    throw new StoreException.LeaseNotFound(put.lease().getAsLong());
                }
            }
        }
        if (Failures.isTooLarge(failure)) {
            throw Failures.of("etcd", failure);
        }
    }
}
