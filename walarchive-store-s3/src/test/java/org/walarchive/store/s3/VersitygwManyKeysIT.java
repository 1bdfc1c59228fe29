package org.walarchive.store.s3;

import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;

/** Ten thousand keys on Versity's gateway. */
@EnabledIfEnvironmentVariable(named = S3Server.VERSITYGW, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class VersitygwManyKeysIT extends ManyKeysContract {

    @RegisterExtension
    static final S3Server SERVER = S3Server.at(S3Server.VERSITYGW);

    @Override
    BlobStore open() throws StoreException {
        return S3Server.open(
                SERVER.provider().set(SettingsReader.PAGE_SIZE, String.valueOf(SettingsReader.DEFAULT_PAGE_SIZE)),
                SERVER.makeBucket());
    }
}
