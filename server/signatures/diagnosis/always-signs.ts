/** Providers that sign whatever they send, with nothing to turn on or off: without a signature it is not theirs, or lost it. */

/**
 * By their documentation the secret or key comes with the webhook or the app itself. Those where somebody types a secret that may be left
 * out (GitHub, GitLab, Jira, Razorpay), or has to switch signing on (SendGrid, Adyen, Klarna), are not
 * here, and neither are those that first ask an unsigned question (Meta, Dropbox, Notion, X).
 */
export const ALWAYS_SIGN: ReadonlySet<string> = new Set([
  'stripe',
  'svix',
  'clerk',
  'resend',
  'openai',
  'polar',
  'shopify',
  'shopify-events',
  'slack',
  'discord',
  'square',
  'twilio',
  'twitch',
  'zoom',
  'paddle',
  'paypal',
  'line',
  'hubspot-v1',
  'hubspot-v2',
  'hubspot-v3',
  'linear',
  'pagerduty',
  'zendesk',
  'lemonsqueezy',
  'mailgun',
  'plaid',
  'workos',
  'aws-sns',
  'ms-teams-outgoing',
  'intuit',
  'xero',
  'mux',
  'coinbase-commerce',
  'gocardless',
])
