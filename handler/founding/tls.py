"""The small certificate authority of a site, for the line between consoles and drop (SPEC 9)."""

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crypto.suite import h
from handler.errors import Refused

CA_DAYS = 3650
LEAF_DAYS = 1825
HOSTS_ALWAYS = ("localhost", "127.0.0.1", "::1")


class BadRequest(Refused):
    """The certificate request beside the join request is damaged, or is not of that console. Have it made again."""


@dataclass(frozen=True)
class Authority:
    """The authority's certificate and private key, in PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Leaf:
    """A certificate and its private key, in PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


def new_authority(now: float) -> Authority:
    """A new one for a new site; it names nobody."""
    key = generate_private_key(SECP256R1())
    name = _name("Candour pickup")
    certificate = (
        _builder(name, name, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(_pem(certificate), _key_pem(key))


def server_leaf(authority: Authority, hosts: list[str], now: float) -> Leaf:
    """The drop's, good for its host names and addresses and for this machine itself."""
    key = generate_private_key(SECP256R1())
    alternatives = x509.SubjectAlternativeName([_general_name(host) for host in dict.fromkeys((*HOSTS_ALWAYS, *hosts))])
    builder = _builder(_name("Candour drop"), _issuer(authority), key, now, LEAF_DAYS)
    builder = builder.add_extension(alternatives, critical=False)
    return Leaf(_signed(builder, ExtendedKeyUsageOID.SERVER_AUTH, authority), _key_pem(key))


def client_request(console: str) -> tuple[bytes, bytes]:
    """A console's private key and its request for a client certificate, in PEM."""
    key = generate_private_key(SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(_name(console)).sign(key, hashes.SHA256())
    return _key_pem(key), request.public_bytes(serialization.Encoding.PEM)


def client_certificate(authority: Authority, request_pem: bytes, console: str, now: float) -> bytes:
    """The console's client certificate, in PEM. Raises BadRequest."""
    try:
        request = x509.load_pem_x509_csr(request_pem)
        public = request.public_key()
        valid = request.is_signature_valid and request.subject == _name(console)
    except ValueError as error:
        raise BadRequest from error
    if not valid or not hasattr(public, "curve"):
        raise BadRequest
    builder = x509.CertificateBuilder().subject_name(_name(console)).issuer_name(_issuer(authority)).public_key(public)
    return _signed(_dated(builder, now, LEAF_DAYS), ExtendedKeyUsageOID.CLIENT_AUTH, authority)


def issued_for(authority: Authority, certificate_pem: bytes, request_pem: bytes, console: str) -> bool:
    """Whether a client certificate is this authority's, for the key of this request and this console's name."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        request = x509.load_pem_x509_csr(request_pem)
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate))
        same_key = certificate.public_key() == request.public_key()
    except (ValueError, TypeError, InvalidSignature):
        return False
    return same_key and certificate.subject == _name(console)


def fingerprint(certificate_pem: bytes) -> str:
    """What names a console to the drop: SHA-256 of the certificate's DER, in hex."""
    der = x509.load_pem_x509_certificate(certificate_pem).public_bytes(serialization.Encoding.DER)
    return h(der).hex()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: float, days: int
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return _dated(builder, now, days)


def _dated(builder: x509.CertificateBuilder, now: float, days: int) -> x509.CertificateBuilder:
    start = datetime.fromtimestamp(int(now), UTC) - timedelta(hours=1)  # other machines' clocks may be behind
    return (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def _signed(builder: x509.CertificateBuilder, purpose: x509.ObjectIdentifier, authority: Authority) -> bytes:
    key = _key(authority.key)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(certificate)


def _usage(signs_certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _issuer(authority: Authority) -> x509.Name:
    return x509.load_pem_x509_certificate(authority.certificate).subject


def _key(pem: bytes) -> EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, EllipticCurvePrivateKey)  # noqa: S101 - made above
    return key


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
