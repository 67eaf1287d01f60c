package dev.muster.controller.store.etcd;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Transaction;

/** A commit; several may share one transaction of etcd. */
final class CommitRequest extends Request<CommitResult> {

    private final Transaction transaction;

    CommitRequest(Transaction transaction, Work<CommitResult> alone) {
        super(transaction.bytes(), alone);
        this.transaction = transaction;
    }

    Transaction transaction() {
        return transaction;
    }
}
