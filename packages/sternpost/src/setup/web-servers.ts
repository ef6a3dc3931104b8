/** Web servers that a snippet can be written for. */
export const webServers = ['nginx', 'apache', 'caddy', 'lighttpd'] as const
export type WebServer = (typeof webServers)[number]

/** How the web server gets at the policy: from the policy host behind it, or from files. */
export type PolicySource =
  | { readonly kind: 'proxy'; readonly host: string; readonly port: number }
  | { readonly kind: 'files'; readonly folder: string }

export interface WebServerInput {
  /** As `mta-sts.` and this name is served. */
  readonly domain: string
  readonly source: PolicySource
}

const PATH = '/.well-known/mta-sts.txt'
const TYPE = 'text/plain; charset=us-ascii'

/**
 * What to put into a web server's configuration so that it serves the policy of a domain over HTTPS.
 *
 * Shape: one virtual host; the certificate is that server's own business, and nothing but the policy is served.
 * Source: RFC 8461 §3.3 (no redirect, certificate for `mta-sts.DOMAIN`).
 */
export function webServerSnippet(server: WebServer, input: WebServerInput): string {
  return snippets[server](`mta-sts.${input.domain}`, input.source)
}

const snippets: Readonly<Record<WebServer, (host: string, source: PolicySource) => string>> = {
  nginx: (host, source) => `server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name ${host};

    ssl_certificate     /etc/letsencrypt/live/${host}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/${host}/privkey.pem;
    ssl_protocols       TLSv1.2 TLSv1.3;

    location = ${PATH} {
${
  source.kind === 'proxy'
    ? `        proxy_pass http://${hostPort(source)};
        proxy_set_header X-Forwarded-Host $host;`
    : `        root ${source.folder}/${host};
        types { }
        default_type "${TYPE}";
        add_header Cache-Control no-store;`
}
    }

    location / {
        return 404;
    }
}
`,
  apache: (host, source) => `<VirtualHost *:443>
    ServerName ${host}

    SSLEngine on
    SSLCertificateFile    /etc/letsencrypt/live/${host}/fullchain.pem
    SSLCertificateKeyFile /etc/letsencrypt/live/${host}/privkey.pem
    SSLProtocol           -all +TLSv1.2 +TLSv1.3

${
  source.kind === 'proxy'
    ? `    # Needs: a2enmod ssl proxy proxy_http
    ProxyRequests Off
    ProxyPass "${PATH}" "http://${hostPort(source)}${PATH}"`
    : `    # Needs: a2enmod ssl headers
    DocumentRoot "${source.folder}/${host}"
    <Directory "${source.folder}/${host}">
        Require all denied
        <Files "mta-sts.txt">
            Require all granted
            ForceType "${TYPE}"
            Header set Cache-Control no-store
        </Files>
    </Directory>`
}
</VirtualHost>
`,
  caddy: (host, source) => `${host} {
    @policy path ${PATH}
    handle @policy {
${
  source.kind === 'proxy'
    ? `        reverse_proxy ${hostPort(source)}`
    : `        root * ${source.folder}/${host}
        header Content-Type "${TYPE}"
        header Cache-Control no-store
        file_server`
}
    }
    handle {
        respond 404
    }
}
`,
  lighttpd: (host, source) => `${
    source.kind === 'proxy'
      ? 'server.modules += ( "mod_openssl", "mod_proxy", "mod_access" )'
      : 'server.modules += ( "mod_openssl", "mod_setenv", "mod_access" )'
  }

# With several domains: here the certificate of one, and those of the others under their $HTTP["host"].
$SERVER["socket"] == ":443" {
    ssl.engine = "enable"
    ssl.pemfile = "/etc/letsencrypt/live/${host}/fullchain.pem"
    ssl.privkey = "/etc/letsencrypt/live/${host}/privkey.pem"
}
$SERVER["socket"] == "[::]:443" {
    ssl.engine = "enable"
    ssl.pemfile = "/etc/letsencrypt/live/${host}/fullchain.pem"
    ssl.privkey = "/etc/letsencrypt/live/${host}/privkey.pem"
}
$HTTP["host"] == "${host}" {
    $HTTP["url"] != "${PATH}" {
        url.access-deny = ( "" )
    }
    else {
${
  source.kind === 'proxy'
    ? `        proxy.server = ( "" => (( "host" => "${source.host}", "port" => ${source.port} )) )`
    : `        server.document-root = "${source.folder}/${host}"
        mimetype.assign = ( ".txt" => "${TYPE}" )
        setenv.add-response-header = ( "Cache-Control" => "no-store" )`
}
    }
}
`,
}

function hostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
