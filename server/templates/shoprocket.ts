/**
 * Shoprocket's webhooks, as its documentation shows them.
 *
 * The payload is kept to the letter, because its oddities are what a receiver must cope with: the event type stands behind the data,
 * numbers are strings, and times have no zone.
 */
import type { Template } from './template.ts'

const ORDER_CREATED = `{
"data": {
"id": "716",
"order_id": "#186",
"raw_order_id": 186,
"is_unread": "1",
"store_id": "5",
"customer_id": "568",
"user_name": "John Doe",
"email": "[email protected]",
"user_contact_number": "XXXXXXXXXX",
"automatic_discount": null,
"subtotal": "12.00",
"shipping_name": "Standard Shipping",
"shipping_amount": "9.95",
"tax_amount": "0.00",
"discount_name": null,
"discount_amount": "0.00",
"total_amount": "21.95",
"currency_paid_in": "USD",
"currency_paid_in_symbol": "$",
"payment_transaction_id": "716",
"payment_method_id": "252",
"payment_method_name": "Cash on delivery",
"raw_payment_method_name": "manual",
"billing_address": "#258, St. Louis, NYC, USA",
"shipping_address": "#258, St. Louis, NYC, USA",
"order_notes": null,
"store_environment": "test",
"payment_payload": {
"amount": "21.95",
"currency": "USD",
"customerId": null,
"livemode": "test",
"receipt_url": null,
"billing": {
"address": {
"city": "NYC",
"country": "USA",
"line1": "#258",
"postal_code": "XXXX",
"state": "NY"
},
"email": "[email protected]",
"name": "John Doe",
"phone": "XXXXXXXXXX"
},
"shipping": {
"address": {
"city": "NYC",
"country": "USA",
"line1": "#258",
"postal_code": "XXXX",
"state": "NY"
},
"email": "[email protected]",
"name": "John Doe",
"phone": "XXXXXXXXXX"
},
"payment_method": {
"type": "manual"
}
},
"fulfillment_status": 1,
"fulfillment_status_raw": "awaiting_processing",
"is_draft": "0",
"invoice_number": "183",
"invoice_link": "cdn.shoprocket.io/users/5/orders/716/183.pdf",
"source_url": "http://shoprocket-widget:8080/",
"customer_tax_id": null,
"status": "1",
"status_raw": "payment_pending",
"v1_ref": null,
"review_email_at": null,
"cart_session": "sr_live_pk_cc6ff81f22ccb52ed7f6de0f07341",
"deleted_at": null,
"created_at": "2022-05-23 14:37:24",
"updated_at": null,
"order_items": [
{
"id": "20860",
"order_id": "716",
"item_id": "9386",
"item_name": "prodo",
"item_sku": null,
"item_sku_id": null,
"item_sku_attachment": null,
"item_options": null,
"item_image": "https://img.shoprocket.io/cdn-cgi/image/fit=cover,quality=75,f=auto,w=600,h=600/rg3hifr1-vase2.jpg",
"unit_price": "12.00",
"quantity": "1",
"weight": "0.00",
"discount_name": null,
"discount_amount": null,
"item_license_key": null,
"item_source_url": "http://shoprocket-widget:8080/#!/prodo",
"status": "1",
"reviewed_at": null,
"deleted_at": null,
"created_at": "2022-05-23 20:07:22",
"updated_at": null,
"status_raw": "active"
}
]
},
"type": "order.created",
"webhook_environment": "test"
}`

export const shoprocket: Template = {
  id: 'shoprocket',
  name: 'Shoprocket',
  source: 'https://shoprocket.io/help/notifications/webhooks-t4tlw',
  events: [{ type: 'order.created', contentType: 'application/json', body: () => Buffer.from(ORDER_CREATED, 'utf8') }],
}
