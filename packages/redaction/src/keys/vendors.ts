import { words } from './words.ts';

/** Services whose name in a key makes a random value a credential of theirs: `heroku_app`, `DATADOG`. One word each. */
export const VENDORS: ReadonlySet<string> = words(`
  betterstack browserbase chromatic clerk cypress growthbook honeybadger lightstep liveblocks livekit logtail meili meilisearch mistral
  novu qdrant serpapi signoz statsig turso typesense upstash weaviate workos zilliz
  abstractapi abuseipdb accuweather adafruit adobe adyen aftership agora aha airbrake airship airtable aiven akamai alchemy algolia
  alibaba alienvault aliyun alphavantage amplitude anthropic anypoint apideck apify apigee appcues appfollow appoptics appsflyer
  artifactory asana assemblyai atera atlassian auth0 autodesk avaza aviationstack aws axiom azure bamboohr bannerbear baremetrics beamer
  besttime billomat binance bingmaps bintray bitbucket bitfinex bitly bitmex bittrex blazemeter blynk bombbomb braintree browserstack
  bugherd bugsnag buildkite bulksms bunnynet buttercms caflou calendarific calendly capsulecrm captaindata cashboard censys
  centralstationcrm chargebee chargify chartmogul cicero circleci clarifai clearbit clickhelp clicksend clickup clinchpad clockify
  clockworksms clojars cloudconvert cloudflare cloudimage cloudinary cloudmersive cloudplan cloudsmith cloverly cockroachlabs coda
  codacy codeclimate codecov codemagic codequiry cohere coinapi coinbase coinlayer coinlib confluent contentful contentstack
  conversiontools convertapi convertkit copyscape couchbase countrylayer courier coveralls crowdin cryptocompare currencyfreaks
  currencylayer customerguru customerio d7network dailyco databricks datadog datagov deepai deepgram deepl deepseek delighted deputy
  detectify detectlanguage dfuse diffbot digicert digitalocean discord discourse disqus dnscheck dockerhub docparser documo docusign
  doppler dotmailer dovico droneci dropbox duffel duply dwolla dynatrace easyinsight easypost ecostruxure edamam edenai elasticemail
  elevenlabs enablex etherscan ethplorer etsy eventbrite everhour exchangerate facebook faceplusplus fastforex fastly fastspring feedier
  fibery figma fileio finage finicity finnhub flatio fleetbase flexport flickr flightapi flightlabs flightstats flowflu flutterwave
  flyio fmfw formbucket formcraft formio formsite foursquare frameio freemius freshbooks freshdesk fulcrum fullstory fusebill fxmarket
  gcp geckoboard gemfury geoapify geocode geocodify geocodio geoipifi getgeoapi getgist getresponse getsandbox ghost gitea github gitlab
  gitter glassnode gocanvas gocardless gong goodday grafana graphcms graphhopper groovehq groq gtmetrix guardianapi gumroad gyazo
  happyscribe harness hashicorp heatmapapi helcim hellosign helpcrunch helpscout heroku hivehr holidayapi honeycomb hotjar htmlcss
  httpbin hubspot huggingface humanity hybiscus hypertrack ibm iconfinder iexcloud imagekit imagga infobip infracost infura insightly
  instabot instagram instamojo intercom interseller intrinio invoiceocean ionic ipapi ipdata ipgeolocation ipify ipinfo ipinfodb
  ipquality ipstack jfrog jina jira jotform jumpcloud juro kagi kanbantool kickbox klaviyo klipfolio knapsackpro kontent kraken kucoin
  kylas languagelayer larksuite lastfm launchdarkly leadfeeder lemlist lemonsqueezy lendflow lessannoyingcrm lexigram linemessaging
  linenotify linkedin linkpreview linode liveagent livestorm lob localiq locationiq logdna loggly loginradius logzio lokalise looker
  loyverse lunchmoney luno magento mailboxlayer mailchimp mailerlite mailersend mailgun mailjet mailjetbasicauth mailmodo mailsac
  mandrill mapbox mapquest marketstack mattermost mavenlink maxmind meaningcloud mediastack meistertask meraki mesibo messagebird
  metaapi metabase metrilo mindmeister miro mistral mite mixmax mixpanel mockaroo mongodb monkeylearn moonclerk moosend moralis
  mrticktock mux myfreshworks myintervals nasdaq neptune netcore nethunt netlify netsuite neutrinoapi newrelic newsapi newscatcher nexmo
  nftport ngc ngrok nicereply nightfall noticeable notion nutritionix nvidia nylas nytimes oanda octopus okta omnisend onedesk onelogin
  onepagecrm onesignal onwater oopspam openai opencage openrouter openuv openvpn openweather openweathermap opsgenie optimizely overloop
  owlbot packagecloud pagarme pagerduty pandadoc pandascore paralleldots parsehub parseur partnerstack pastebin paydirt paymo paymongo
  paypal paystack pdflayer pdfshift peopledatalabs pepipost perplexity pinata pinecone pinterest pipedream pipedrive pivotaltracker
  pixabay plaid planetscale planviewleankit planyo plivo podio pollsapi poloniex polygon portainer postageapi posthog posthub postmark
  powrbot prefect privateai prodpad prospectcrm protocolsio proxycrawl pubnub pulumi purestake pushbullet pusher pushover qase quaderno
  qualaroo qubole quickmetrics rabbitmq rapidapi rawg razorpay reachmail readme reallysimplesystems rebrandly rechargepayments redshift
  rentman repairshopr replicate replyio requestfinance restpack ringcentral ritekit rocketreach rollbar route4me rownd runrunit
  saladcloudapikey salesblink salesflare salesforce salesmate sanity satismeter saucelabs scaleway scalingo scalr scrapeowl scraperapi
  scraperbox scrapestack scrapfly scrapingant scrapingbee screenshotapi screenshotlayer scrutinizerci securitytrails selectpdf semrush
  sendbird sendbirdorganizationapi sendgrid sendinblue sentry serphouse serpstack sherpadesk shipday shippo shipstation shodan shopify
  shortio shotstack shutterstock signable signalwire signaturit signupgenius sigopt simfin simplesat simplynoted simvoly sinch skrapp
  skybiometry slack smartsheet smooch snipcart snowflake snyk solarwinds sonar sonarcloud sonarqube sourcegraph sparkpost speechtext
  splunk spoonacular sportradar sportsmonk spotify sqlbuilder squarespace squareup sslmate statuscake statuspage statuspal stockdata
  stocktwits storecove stormboard stormglass storyblok storychief strava stripe stripo stytch sugester sumo sumologic supabase
  supernotes surveyanyplace surveybot surveysparrow survicate svix swiftype tailscale tallyfy tatumio tavily taxjar teamgate teamwork
  technicalanalysisapi tefter telegram telesign teletype telnyx terraform testingbot text2data textmagic theoddsapi thinkific
  thousandeyes ticketmaster tickettailor tiingo timecamp timezoneapi tineswebhook tinify tmetric todoist toggl tokeet tomorrowio tomtom
  tradier transferwise travelpayouts travis travisci trello tripo twelvedata twilio twitch twitter typeform typetalk ubidots uclassify
  unifyid unplugg unsplash upcdatabase uplead uploadcare uptimerobot upwave urlscan userflow userstack vagrantcloud vatlayer vercel
  verimail veriphone versioneye viewneo virustotal visualcrossing voiceflow voicegain voodoosms vouchery vpnapi vultr vyte walkscore
  weatherbit weatherstack web3storage webex webflow webscraper webscraping webz wepay whatcms whoxy wistia wiz wordpress workato workday
  worksnaps workstack worldcoinindex worldweather wrike xai xata xero yandex yelp youneedabudget yousign youtube zapier zendesk zenkit
  zenrows zenscrape zenserp zeplin zerobounce zeromq zerotier zipapi zipbooks zipcodeapi zipcodebase zipwhip zoho zonkafeedback zoom
  zulip
`);
