namespace DocExchange.Cli.Pki;

/// <summary>What stands beside the sample certificates.</summary>
internal static class SampleReadme
{
    public const string Text = """
        # Sample certificates: never deploy (样例证书，严禁部署)

        The private keys in this folder are public. Whoever trusts `trust.pem` trusts everybody.
        本目录的私钥是公开的。信任 `trust.pem` 就等于信任任何人。

        Made by `tools/make-certs`; every `.p12` opens with the password `sample`. All are valid for 30 years, as are the
        revocation lists.
        由 `tools/make-certs` 生成；全部 `.p12` 的口令为 `sample`；证书和吊销列表有效期均为 30 年。

        | File 文件 | What 内容 |
        |---|---|
        | `trust.pem`, `crl.pem` | roots and issuing authorities, revocation lists 根与签发机构证书、吊销列表 |
        | `authority/` | the authorities' keys (ECDSA P-256, SM2), seal maker, time-stamping 颁发机构密钥、制章密钥、时间戳密钥 |
        | `office-ecdsa`, `office-rsa`, `office-sm2` | signing documents and acts 公文与行为签名 |
        | `machine`, `tls` | a node's statements and connections 节点凭证与连接 |
        | `seal`, `seal.esl`, `seal.svg` | applying a seal, the electronic seal (GB/T 38540-2020), its picture 签章密钥、电子印章、印模 |
        | `negative/expired` | ended a year before it was made 已过期 |
        | `negative/not-yet-valid` | begins in 29 years 未生效 |
        | `negative/revoked` | on `crl.pem` 已吊销 |
        | `negative/wrong-usage` | for TLS, not for signing 用途不符 |
        | `negative/unknown-ca` | of an authority that is not in `trust.pem` 颁发机构不受信任 |

        """;
}
