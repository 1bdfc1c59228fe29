package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.s3.S3Endpoint.Convention;

final class S3EndpointTest {

    @Test
    void theFormIsThatOfWalE() {
        assertEquals(
                new S3Endpoint("http", Convention.PATH, "localhost", 9000),
                S3Endpoint.parse("http+path://localhost:9000"));
        assertEquals(
                new S3Endpoint("https", Convention.VIRTUALHOST, "s3.example.com", -1),
                S3Endpoint.parse("https+virtualhost://s3.example.com"));
        assertEquals(
                new S3Endpoint("https", Convention.SUBDOMAIN, "s3.example.com", 443),
                S3Endpoint.parse("HTTPS+SubDomain://S3.Example.com:443/"));
        assertEquals(
                URI.create("http://[::1]:9000"),
                S3Endpoint.parse("http+path://[::1]:9000").uri());
        assertEquals(
                URI.create("https://other"),
                S3Endpoint.parse("https+path://s3.example.com").uri("other"));
        assertThrows(
                IllegalArgumentException.class,
                () -> S3Endpoint.parse("http+path://h").uri("not_a_host"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:9000",
                "http://localhost:9000",
                "ftp+path://localhost",
                "http+vhost://localhost",
                "http+path://",
                "http+path://localhost:0",
                "http+path://localhost:65536",
                "http+path://localhost:x",
                "http+path://localhost/bucket",
                "http+path://localhost?x=y",
                "http+path://user:sesame@localhost",
                " http+path://localhost",
                "http+path:/localhost",
                "http+path://under_score"
            })
    void anythingElseIsRefusedWithoutRepeatingIt(String text) {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> S3Endpoint.parse(text));
        assertFalse(String.valueOf(failure.getMessage()).contains("sesame"));
    }

    @ParameterizedTest
    @CsvSource({
        "https+path://s3.amazonaws.com, true, ",
        "https+path://s3-us-west-2.amazonaws.com:443, true, us-west-2",
        "https+path://s3.eu-central-1.amazonaws.com, true, eu-central-1",
        "https+subdomain://s3.dualstack.eu-central-1.amazonaws.com, true, eu-central-1",
        "https+path://s3.cn-north-1.amazonaws.com.cn, true, cn-north-1",
        "https+path://s3.us-gov-west-1.amazonaws.com, true, us-gov-west-1",
        "https+path://bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com, true, us-east-1",
        "https+path://s3.eu-central-1.wasabisys.com, false, ",
        "https+path://amazonaws.com.example.org, false, ",
        "https+path://notamazonaws.com, false, "
    })
    void hostsOfAmazonAreKnown(String text, boolean aws, String region) {
        S3Endpoint endpoint = S3Endpoint.parse(text);
        assertEquals(aws, endpoint.isAws());
        assertEquals(Optional.ofNullable(region), endpoint.region());
    }
}
